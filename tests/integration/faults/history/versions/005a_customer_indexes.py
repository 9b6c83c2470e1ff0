"""Customers are searched elsewhere now: their indexes go; the downgrade makes them again."""

from alembic import op

revision = "005a"
down_revision = "004a"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index("ix_customers_cover", "customers")
    op.drop_index("ix_customers_tags", "customers")
    op.drop_index("ix_customers_score", "customers")
    op.drop_index("ix_customers_lower", "customers")
    op.drop_index("ux_customers_active", "customers")
    op.drop_index("ix_customers_name", "customers")
    op.create_index("ix_customers_deleted", "customers", ["deleted_at"])


def downgrade():
    op.drop_index("ix_customers_deleted", "customers")
    op.execute("CREATE INDEX ix_customers_name ON customers (name, email)")
    op.execute("CREATE UNIQUE INDEX ux_customers_active ON customers (email) WHERE deleted_at IS NULL")
    op.execute("CREATE INDEX ix_customers_lower ON customers (lower(name))")
    op.execute("CREATE INDEX ix_customers_score ON customers (score DESC NULLS LAST)")
    op.execute("CREATE INDEX ix_customers_tags ON customers USING gin (tags)")
    op.execute("CREATE INDEX ix_customers_cover ON customers (email) INCLUDE (name)")
    op.execute("COMMENT ON INDEX ix_customers_name IS 'for the search box'")
