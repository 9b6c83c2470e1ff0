"""The customers' indexes cost more than they give."""

from alembic import op

revision = "005a"
down_revision = "004a"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index("ix_customers_score", table_name="customers")
    op.drop_index("ft_customers_about", table_name="customers")
    op.drop_index("ix_customers_about", table_name="customers")
    op.drop_index("ix_customers_name", table_name="customers")


def downgrade():
    op.create_index("ix_customers_name", "customers", ["name", "born"])
    op.create_index("ix_customers_about", "customers", ["about"], mysql_length={"about": 20})
    op.create_index("ft_customers_about", "customers", ["about"], mysql_prefix="FULLTEXT")
    op.execute("CREATE INDEX ix_customers_score ON customers (score DESC)")
