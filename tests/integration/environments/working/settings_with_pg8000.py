"""The URL comes from the application's settings, with the driver pg8000."""

import app_settings
from alembic import context
from sqlalchemy import create_engine

connectable = create_engine(app_settings.url("pg8000"))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
