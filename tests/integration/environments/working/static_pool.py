"""One connection for everything, kept by a StaticPool; and it is used before the migrations."""

import app_settings
from alembic import context
from sqlalchemy import create_engine, pool, text

connectable = create_engine(app_settings.url("psycopg"), poolclass=pool.StaticPool)

with connectable.connect() as connection:
    connection.execute(text("SELECT version()"))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
