"""Needs a variable that nobody has set."""

import os

from alembic import context

KEY = os.environ["SHOP_SECRET_KEY"]
context.run_migrations()
