"""Orders of products."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("weight", sa.Numeric(10, 2), nullable=True),
        sa.Column("price", sa.Numeric(10, 2), server_default="1.50", nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("invoice_no", sa.BigInteger, nullable=True),
        sa.Column("quantity", sa.Integer, server_default="1", nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_orders_quantity"),
        sa.UniqueConstraint("invoice_no", name="uq_orders_invoice"),
    )
    op.create_foreign_key(
        "fk_orders_customer", "orders", "customers", ["customer_id"], ["id"], ondelete="CASCADE"
    )
    op.create_foreign_key(
        "fk_orders_product",
        "orders",
        "products",
        ["product_id"],
        ["id"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_index("ix_orders_customer", "orders", ["customer_id"])
    op.execute("CREATE SEQUENCE invoice_numbers INCREMENT BY 10 START WITH 1000 OWNED BY orders.invoice_no")
    op.execute("ALTER TABLE orders ALTER COLUMN invoice_no SET DEFAULT nextval('invoice_numbers')")
    op.execute("GRANT SELECT ON orders TO pg_monitor")
    op.execute("GRANT USAGE ON SEQUENCE invoice_numbers TO pg_signal_backend")


def downgrade():
    op.drop_table("orders")
    op.drop_table("products")
