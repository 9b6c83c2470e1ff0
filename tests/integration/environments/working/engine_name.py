"""run_migrations(**kw): upgrade() and downgrade() take arguments."""

from alembic import context
from sqlalchemy import engine_from_config

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations(engine_name="main")
