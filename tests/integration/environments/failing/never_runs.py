"""Opens a connection, and forgets what for."""

from alembic import context
from sqlalchemy import engine_from_config

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))
with connectable.connect() as connection:
    context.configure(connection=connection)
