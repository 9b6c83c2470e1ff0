"""The least that an env.py does: the URL of the config, one connection, one transaction."""

# Some revisions say `sqlalchemy.orm` without importing it: their applications have done so long before.
import sqlalchemy.orm  # noqa: F401
from alembic import context
from sqlalchemy import create_engine, pool

config = context.config
engine = create_engine(config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
