"""A queue pool of one connection, with a ping; the engine is never disposed of."""

import app_settings
from alembic import context
from sqlalchemy import create_engine

connectable = create_engine(app_settings.url("psycopg2"), pool_size=1, max_overflow=0, pool_pre_ping=True)

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
