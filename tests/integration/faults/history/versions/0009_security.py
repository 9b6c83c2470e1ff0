"""Row-level security, privileges, and settings of tables."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE orders FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY own_orders ON orders FOR SELECT TO pg_monitor USING (state <> 'open')")
    op.execute("GRANT SELECT, INSERT ON customers TO pg_signal_backend")
    op.execute("GRANT SELECT (id, name) ON customers TO pg_monitor")
    op.execute("GRANT USAGE ON SCHEMA audit TO pg_monitor")
    op.execute("GRANT pg_monitor TO pg_signal_backend")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA audit GRANT SELECT ON TABLES TO pg_monitor")
    op.execute("REVOKE SELECT ON orders FROM pg_monitor")
    op.execute("ALTER TABLE products OWNER TO pg_signal_backend")
    op.execute("ALTER TABLE customers SET (fillfactor = 80)")
    op.execute("ALTER TABLE products REPLICA IDENTITY FULL")
    op.execute("ALTER TABLE customers ALTER COLUMN name SET STATISTICS 500")
    op.execute("CREATE STATISTICS st_orders (dependencies) ON customer_id, product_id FROM orders")
    op.execute("COMMENT ON TABLE customers IS 'people who buy, and some who only look'")


def downgrade():
    op.execute("COMMENT ON TABLE customers IS 'people who buy'")
    op.execute("DROP STATISTICS st_orders")
    op.execute("ALTER TABLE customers ALTER COLUMN name SET STATISTICS -1")
    op.execute("ALTER TABLE products REPLICA IDENTITY DEFAULT")
    op.execute("ALTER TABLE customers RESET (fillfactor)")
    op.execute("ALTER TABLE products OWNER TO CURRENT_USER")
    op.execute("GRANT SELECT ON orders TO pg_monitor")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA audit REVOKE SELECT ON TABLES FROM pg_monitor")
    op.execute("REVOKE pg_monitor FROM pg_signal_backend")
    op.execute("REVOKE USAGE ON SCHEMA audit FROM pg_monitor")
    op.execute("REVOKE SELECT (id, name) ON customers FROM pg_monitor")
    op.execute("REVOKE SELECT, INSERT ON customers FROM pg_signal_backend")
    op.execute("DROP POLICY own_orders ON orders")
    op.execute("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY")
