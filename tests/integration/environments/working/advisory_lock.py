"""One deploy at a time: an advisory lock around everything."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(4711)"))
    connection.commit()
    try:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.execute("SELECT pg_advisory_xact_lock(4712)")
            context.run_migrations()
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(4711)"))
        connection.commit()
