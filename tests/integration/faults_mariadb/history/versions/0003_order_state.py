"""An order has a state; customers can be blocked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NOW = mysql.ENUM("new", "active", "gone", "blocked")
BEFORE = mysql.ENUM("new", "active", "gone")


def upgrade():
    op.add_column(
        "orders",
        sa.Column("state", sa.Enum("open", "paid", "sent", name="order_state"), server_default="open"),
    )
    op.create_index("ix_orders_state", "orders", ["state"])
    op.alter_column(
        "customers",
        "state",
        type_=NOW,
        existing_type=BEFORE,
        existing_nullable=False,
        existing_server_default="new",
    )


def downgrade():
    op.execute("UPDATE customers SET state = 'gone' WHERE state = 'blocked'")
    op.alter_column(
        "customers",
        "state",
        type_=BEFORE,
        existing_type=NOW,
        existing_nullable=False,
        existing_server_default="new",
    )
    op.drop_index("ix_orders_state", table_name="orders")
    op.drop_column("orders", "state")
