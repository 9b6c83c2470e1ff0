"""Views for the reports, and numbers for the invoices."""

from alembic import op

revision = "004b"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE VIEW names AS SELECT id, name FROM customers WHERE state <> 'gone'")
    op.execute(
        "CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW active AS SELECT id FROM names WHERE id > 0"
        " WITH CASCADED CHECK OPTION"
    )
    op.execute(
        "CREATE VIEW totals AS SELECT customer_id, sum(quantity) AS total FROM orders GROUP BY customer_id"
    )
    op.execute("CREATE SEQUENCE invoice_numbers START WITH 1000 INCREMENT BY 10")


def downgrade():
    op.execute("DROP SEQUENCE invoice_numbers")
    op.execute("DROP VIEW totals")
    op.execute("DROP VIEW active")
    op.execute("DROP VIEW names")
