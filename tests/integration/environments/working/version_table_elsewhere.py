"""A version table of another name in a schema of its own, which env.py makes."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS ops"))
    connection.commit()
    context.configure(connection=connection, version_table="applied", version_table_schema="ops")
    with context.begin_transaction():
        context.run_migrations()
