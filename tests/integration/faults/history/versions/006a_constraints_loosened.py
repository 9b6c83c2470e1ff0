"""Constraints of customers and orders are loosened; the downgrade tightens them again."""

from alembic import op

revision = "006a"
down_revision = "005a"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_constraint("fk_orders_product", "orders", type_="foreignkey")
    op.drop_constraint("fk_orders_customer", "orders", type_="foreignkey")
    op.drop_constraint("uq_customers_email", "customers", type_="unique")
    op.drop_constraint("ck_customers_score", "customers", type_="check")
    op.drop_constraint("ck_orders_quantity", "orders", type_="check")
    op.create_check_constraint("ck_orders_quantity", "orders", "quantity >= 0")


def downgrade():
    op.drop_constraint("ck_orders_quantity", "orders", type_="check")
    op.create_check_constraint("ck_orders_quantity", "orders", "quantity > 0")
    op.create_check_constraint("ck_customers_score", "customers", "score >= 0 AND score <= 100")
    op.create_unique_constraint("uq_customers_email", "customers", ["email"])
    op.execute(
        "ALTER TABLE orders ADD CONSTRAINT fk_orders_customer"
        " FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE"
    )
    op.execute(
        "ALTER TABLE orders ADD CONSTRAINT fk_orders_product"
        " FOREIGN KEY (product_id) REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED"
    )
