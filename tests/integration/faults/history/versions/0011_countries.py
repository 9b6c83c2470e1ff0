"""Countries, with the rows that everybody needs."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

codes = ("DE", "FR", "PL")


def upgrade():
    op.execute("INSERT INTO products (code, price) VALUES ('gift', 0)")
    op.create_table(
        "countries",
        sa.Column("code", sa.String(2), primary_key=True),
        sa.Column("name", sa.String(60), nullable=True),
    )
    for code in codes:
        op.execute(f"INSERT INTO countries (code) VALUES ('{code}')")
    op.add_column(
        "customers", sa.Column("country", sa.String(2), sa.ForeignKey("countries.code"), nullable=True)
    )
    op.create_unique_constraint("uq_products_code", "products", ["code"])


def downgrade():
    op.drop_constraint("uq_products_code", "products", type_="unique")
    op.drop_column("customers", "country")
    op.drop_table("countries")
    op.execute("DELETE FROM products WHERE code = 'gift'")
