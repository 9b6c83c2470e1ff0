"""Customers have a country; codes of products are unique."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "countries",
        sa.Column("code", sa.String(2), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_general_ci",
    )
    op.add_column("customers", sa.Column("country", sa.String(2), nullable=True))
    op.create_foreign_key("fk_customers_country", "customers", "countries", ["country"], ["code"])
    op.create_unique_constraint("uq_products_code", "products", ["code"])
    op.execute("INSERT INTO products (id, code) VALUES (1, 'gift')")


def downgrade():
    op.execute("DELETE FROM products WHERE code = 'gift'")
    op.drop_constraint("uq_products_code", "products", type_="unique")
    op.drop_constraint("fk_customers_country", "customers", type_="foreignkey")
    op.drop_column("customers", "country")
    op.drop_table("countries")
