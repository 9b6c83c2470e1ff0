"""The schema for the one transaction that all revisions run in, by SET LOCAL."""

from alembic import context
from sqlalchemy import engine_from_config

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection, version_table_schema="public")
    with context.begin_transaction():
        context.execute("CREATE SCHEMA IF NOT EXISTS app")
        context.execute("SET LOCAL search_path TO app, public")
        context.run_migrations()
