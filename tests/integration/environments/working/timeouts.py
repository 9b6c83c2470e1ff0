"""Timeouts for the session, set by env.py."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    connection.execute(text("SET lock_timeout = '4s'"))
    connection.execute(text("SET statement_timeout = '60s'"))
    connection.commit()
    context.configure(connection=connection)
    with context.begin_transaction():
        context.execute("SET LOCAL idle_in_transaction_session_timeout = '5min'")
        context.run_migrations()
