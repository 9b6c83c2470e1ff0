"""Two databases, a run of run_migrations for each, as in Alembic's multidb template."""

import app_settings
from alembic import context
from sqlalchemy import create_engine

for name in ("orders", "users"):
    with create_engine(app_settings.url("psycopg").replace("/prod", f"/{name}")).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations(engine_name=name)
