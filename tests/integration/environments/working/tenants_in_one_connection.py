"""Tenants one after the other over one connection, by SET LOCAL search_path."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.begin() as connection:
    for tenant in ("acme", "globex"):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {tenant}"))
        connection.execute(text(f"SET LOCAL search_path TO {tenant}"))
        context.configure(connection=connection, version_table_schema=tenant)
        with context.begin_transaction():
            context.run_migrations()
