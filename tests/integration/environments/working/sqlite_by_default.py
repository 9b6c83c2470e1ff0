"""SQLite for the developer, unless the environment says otherwise."""

import os

from alembic import context
from sqlalchemy import create_engine

connectable = create_engine(os.environ.get("DATABASE_URL", "sqlite:///developer.db"))

with connectable.connect() as connection:
    context.configure(connection=connection, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
