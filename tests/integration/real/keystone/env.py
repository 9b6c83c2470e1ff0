"""The minimal env.py, after Keystone's options are registered: its first revision reads some of them."""

import keystone.conf
from alembic import context
from sqlalchemy import create_engine, pool

keystone.conf.configure()
config = context.config
engine = create_engine(config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
