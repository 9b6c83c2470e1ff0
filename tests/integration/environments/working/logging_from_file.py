"""logging.config.fileConfig, which disables all loggers that are there already."""

from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config

fileConfig(context.config.config_file_name)
connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
