"""Reads the environment when it is imported and when it runs."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
SCHEMA = os.environ["SHOP_SCHEMA"]


def upgrade():
    op.execute(f"CREATE SCHEMA {SCHEMA}")
    op.create_table("stock", sa.Column(os.environ["SHOP_KEY"], sa.Integer, primary_key=True), schema=SCHEMA)


def downgrade():
    op.drop_table("stock", schema=SCHEMA)
    op.execute(f"DROP SCHEMA {SCHEMA}")
