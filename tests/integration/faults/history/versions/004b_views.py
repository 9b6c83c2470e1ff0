"""Views of customers and sales."""

from alembic import op

revision = "004b"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "CREATE VIEW names WITH (security_barrier) AS SELECT id, name FROM customers WHERE deleted_at IS NULL"
    )
    op.execute("GRANT SELECT ON names TO pg_monitor")
    op.execute("COMMENT ON VIEW names IS 'customers that are not gone'")
    op.execute(
        "CREATE VIEW totals AS SELECT customer_id, sum(quantity) AS total FROM orders GROUP BY customer_id"
    )
    op.execute(
        "CREATE MATERIALIZED VIEW sales"
        " AS SELECT product_id, count(*) AS sold FROM orders GROUP BY product_id"
    )
    op.execute("CREATE UNIQUE INDEX ux_sales ON sales (product_id)")


def downgrade():
    op.execute("DROP MATERIALIZED VIEW sales")
    op.execute("DROP VIEW totals")
    op.execute("DROP VIEW names")
