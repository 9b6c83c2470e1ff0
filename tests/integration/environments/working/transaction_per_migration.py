"""A transaction for each migration, and an engine whose connections are in autocommit mode to begin with."""

from alembic import context
from sqlalchemy import engine_from_config

connectable = engine_from_config(
    context.config.get_section(context.config.config_ini_section), isolation_level="AUTOCOMMIT"
)

with connectable.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
