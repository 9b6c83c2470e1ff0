"""Looks at the database with the driver alone before it hands over to SQLAlchemy."""

import app_settings
import psycopg
from alembic import context
from sqlalchemy import create_engine

with psycopg.connect(f"postgresql://app:secret@127.0.0.1:{app_settings.PORT}/prod") as raw:
    assert raw.execute("SELECT 1").fetchone() == (1,)

connectable = create_engine(app_settings.url("psycopg"))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
