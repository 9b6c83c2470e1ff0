"""Another kind of database, hard-coded."""

from alembic import context
from sqlalchemy import create_engine

with create_engine("mysql+pymysql://app:secret@127.0.0.1:PRODUCTION_PORT/prod").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
