"""engine.begin(): the transaction is there before Alembic begins one."""

import app_settings
from alembic import context
from sqlalchemy import create_engine

with create_engine(app_settings.url("psycopg")).begin() as connection:
    context.configure(connection=connection)
    context.run_migrations()
