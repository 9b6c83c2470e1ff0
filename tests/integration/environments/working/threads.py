"""A thread that never ends, which an application's import has started."""

import threading

from alembic import context
from sqlalchemy import engine_from_config

threading.Thread(target=threading.Event().wait, daemon=False).start()
connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
