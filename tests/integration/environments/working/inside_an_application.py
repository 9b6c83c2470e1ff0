"""Loads revisions only inside the application's context."""

import app_settings
from alembic import context
from application import app_context
from sqlalchemy import create_engine

with app_context(), create_engine(app_settings.url("psycopg")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
