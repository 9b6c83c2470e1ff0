"""A connection that the caller may have put into config.attributes, else one of its own."""

import app_settings
from alembic import context
from sqlalchemy import create_engine


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection", None)
if connection is None:
    with create_engine(app_settings.url("psycopg")).connect() as connection:
        run(connection)
else:
    run(connection)
