"""orders have a status

The fault of this example: the downgrade looks complete and runs without an error, but it leaves the
enum type and the index behind, and after it the upgrade no longer works.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

order_status = sa.Enum("open", "paid", "shipped", name="order_status")


def upgrade():
    order_status.create(op.get_bind())
    op.add_column("orders", sa.Column("status", order_status, nullable=False, server_default="open"))
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])


def downgrade():
    op.drop_column("orders", "status")
