"""Orders come from a shop that checks by itself."""

from alembic import op

revision = "006a"
down_revision = "005a"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_constraint("fk_orders_customer", "orders", type_="foreignkey")
    op.drop_index("fk_orders_customer", table_name="orders")
    op.drop_constraint("fk_orders_product", "orders", type_="foreignkey")
    op.drop_index("fk_orders_product", table_name="orders")
    op.drop_constraint("ck_orders_quantity", "orders", type_="check")
    op.drop_constraint("ck_customers_score", "customers", type_="check")
    op.drop_constraint("uq_customers_email", "customers", type_="unique")


def downgrade():
    op.create_unique_constraint("uq_customers_email", "customers", ["email"])
    op.create_check_constraint("ck_customers_score", "customers", "score <= 100")
    op.create_check_constraint("ck_orders_quantity", "orders", "quantity > 0")
    op.create_foreign_key(
        "fk_orders_product", "orders", "products", ["product_id"], ["id"], ondelete="SET NULL"
    )
    op.create_foreign_key(
        "fk_orders_customer", "orders", "customers", ["customer_id"], ["id"], ondelete="CASCADE"
    )
