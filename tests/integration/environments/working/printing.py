"""Prints to both streams, from Python and from below it."""

import os
import sys

from alembic import context
from sqlalchemy import engine_from_config

print("migrating", flush=True)  # noqa: T201
print("a warning", file=sys.stderr)  # noqa: T201
os.write(1, b"raw bytes \xff\n")
os.system("echo from a child process")
connectable = engine_from_config(context.config.get_section(context.config.config_ini_section), echo=True)

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
