"""Products, orders, and the visits of the shop, by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("weight", sa.Numeric(10, 2), nullable=True, comment="in kilograms"),
        sa.Column("description", sa.Text, nullable=True),
        sa.Column("on_sale", sa.Boolean, server_default=sa.text("0"), nullable=False),
        mysql_charset="latin1",
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("customer_id", mysql.INTEGER(unsigned=True), nullable=False),
        sa.Column("product_id", sa.Integer, nullable=True),
        sa.Column("quantity", sa.Integer, server_default="1", nullable=False),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("placed_at", mysql.DATETIME(fsp=3), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_orders_customer", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_orders_product", ondelete="SET NULL"
        ),
        sa.CheckConstraint("quantity > 0", name="ck_orders_quantity"),
        mysql_engine="InnoDB",
    )
    op.execute(
        "CREATE TABLE visits (id bigint NOT NULL, day int NOT NULL, page varchar(40), PRIMARY KEY (id, day))"
        " PARTITION BY RANGE (day)"
        " (PARTITION p0 VALUES LESS THAN (100), PARTITION p_rest VALUES LESS THAN MAXVALUE)"
    )


def downgrade():
    op.drop_table("visits")
    op.drop_table("orders")
    op.drop_table("products")
