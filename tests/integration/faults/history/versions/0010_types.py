"""Columns change type, default and name; a state more; a stricter domain."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
    op.execute("ALTER TYPE address ADD ATTRIBUTE country text")
    op.execute("ALTER DOMAIN phone_number ADD CONSTRAINT phone_long CHECK (length(VALUE) > 3)")
    op.execute("ALTER SEQUENCE invoice_numbers INCREMENT BY 1 OWNED BY NONE")
    op.alter_column("products", "weight", type_=sa.Numeric(14, 4), existing_type=sa.Numeric(10, 2))
    op.alter_column("products", "code", type_=sa.Text(), existing_type=sa.String(20), existing_nullable=False)
    op.alter_column("orders", "quantity", server_default=None, existing_type=sa.Integer())
    op.alter_column("customers", "name", nullable=True, existing_type=sa.Text())
    op.alter_column("customers", "deleted_at", new_column_name="gone_at")
    op.execute("CREATE SCHEMA reports")
    op.execute("CREATE TABLE reports.monthly (month date NOT NULL, total numeric) PARTITION BY RANGE (month)")
    op.execute("CREATE TABLE reports.monthly_2025 PARTITION OF reports.monthly DEFAULT")


def downgrade():
    op.execute("DROP TABLE reports.monthly")
    op.execute("DROP SCHEMA reports")
    op.alter_column("customers", "gone_at", new_column_name="deleted_at")
    op.alter_column("customers", "name", nullable=False, existing_type=sa.Text())
    op.alter_column("orders", "quantity", server_default="1", existing_type=sa.Integer())
    op.alter_column("products", "code", type_=sa.String(20), existing_type=sa.Text(), existing_nullable=False)
    op.alter_column("products", "weight", type_=sa.Numeric(10, 2), existing_type=sa.Numeric(14, 4))
    op.execute("ALTER SEQUENCE invoice_numbers INCREMENT BY 10 OWNED BY orders.invoice_no")
    op.execute("ALTER DOMAIN phone_number DROP CONSTRAINT phone_long")
    op.execute("ALTER TYPE address DROP ATTRIBUTE country")
    op.execute("DROP POLICY own_orders ON orders")
    op.execute("ALTER TABLE orders ALTER COLUMN state DROP DEFAULT")
    op.execute("ALTER TYPE order_state RENAME TO order_state_old")
    op.execute("CREATE TYPE order_state AS ENUM ('open', 'paid', 'sent')")
    op.execute("ALTER TABLE orders ALTER COLUMN state TYPE order_state USING state::text::order_state")
    op.execute("ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'open'")
    op.execute("DROP TYPE order_state_old")
    op.execute("CREATE POLICY own_orders ON orders FOR SELECT TO pg_monitor USING (state <> 'open')")
