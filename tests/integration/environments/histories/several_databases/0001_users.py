"""upgrade_users() and upgrade_orders(), as in Alembic's multidb template."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_users():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))


def downgrade_users():
    op.drop_table("users")


def upgrade_orders():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade_orders():
    op.drop_table("orders")
