"""The schema is given with -x; without it env.py refuses."""

from alembic import context
from sqlalchemy import engine_from_config, text

tenant = context.get_x_argument(as_dictionary=True)["tenant"]
connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {tenant}"))
    connection.execute(text(f"SET search_path TO {tenant}"))
    connection.commit()
    connection.dialect.default_schema_name = tenant
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
