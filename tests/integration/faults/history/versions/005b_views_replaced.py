"""Views with more in them; the downgrade puts the old ones back."""

from alembic import op

revision = "005b"
down_revision = "004b"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DROP VIEW names")
    op.execute("CREATE VIEW names AS SELECT id, name, email FROM customers WHERE deleted_at IS NULL")
    op.execute(
        "CREATE OR REPLACE VIEW totals"
        " AS SELECT customer_id, sum(quantity + 0) AS total FROM orders GROUP BY customer_id"
    )
    op.execute("DROP MATERIALIZED VIEW sales")


def downgrade():
    op.execute(
        "CREATE MATERIALIZED VIEW sales"
        " AS SELECT product_id, count(*) AS sold FROM orders GROUP BY product_id"
    )
    op.execute("CREATE UNIQUE INDEX ux_sales ON sales (product_id)")
    op.execute(
        "CREATE OR REPLACE VIEW totals"
        " AS SELECT customer_id, sum(quantity) AS total FROM orders GROUP BY customer_id"
    )
    op.execute("DROP VIEW names")
    op.execute(
        "CREATE VIEW names WITH (security_barrier) AS SELECT id, name FROM customers WHERE deleted_at IS NULL"
    )
    op.execute("GRANT SELECT ON names TO pg_monitor")
    op.execute("COMMENT ON VIEW names IS 'customers that are not gone'")
