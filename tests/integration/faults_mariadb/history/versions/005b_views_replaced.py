"""Reports count otherwise; nobody asks for names any more."""

from alembic import op

revision = "005b"
down_revision = "004b"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "CREATE OR REPLACE VIEW totals AS SELECT customer_id, count(*) AS total FROM orders"
        " GROUP BY customer_id"
    )
    op.execute("DROP VIEW active")
    op.execute("DROP VIEW names")
    op.execute("DROP SEQUENCE invoice_numbers")


def downgrade():
    op.execute("CREATE SEQUENCE invoice_numbers START WITH 1000 INCREMENT BY 10")
    op.execute("CREATE VIEW names AS SELECT id, name FROM customers WHERE state <> 'gone'")
    op.execute(
        "CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW active AS SELECT id FROM names WHERE id > 0"
        " WITH CASCADED CHECK OPTION"
    )
    op.execute(
        "CREATE OR REPLACE VIEW totals AS SELECT customer_id, sum(quantity) AS total FROM orders"
        " GROUP BY customer_id"
    )
