"""An engine that makes its connections by a function of its own."""

import app_settings
import psycopg
from alembic import context
from sqlalchemy import create_engine


def connect():
    return psycopg.connect(
        host=app_settings.HOST, port=app_settings.PORT, user="app", password="secret", dbname="prod"
    )


connectable = create_engine("postgresql+psycopg://", creator=connect)

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
