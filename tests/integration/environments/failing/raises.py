"""An application that does not start."""

from alembic import context


def load_settings():
    raise RuntimeError("the license file is missing")


load_settings()
context.run_migrations()
