"""The log of orders: functions and triggers."""

from alembic import op

revision = "006b"
down_revision = "005b"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "CREATE TABLE audit.log (id bigserial PRIMARY KEY, entry text NOT NULL, at timestamptz DEFAULT now())"
    )
    op.execute(
        """
        CREATE FUNCTION audit.record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO audit.log (entry) VALUES (TG_OP || ' ' || TG_TABLE_NAME);
            RETURN NULL;
        END
        $$
        """
    )
    op.execute("REVOKE EXECUTE ON FUNCTION audit.record() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION audit.record() TO pg_signal_backend")
    op.execute(
        """
        CREATE FUNCTION net(gross numeric, rate numeric DEFAULT 0.19) RETURNS numeric
        LANGUAGE sql IMMUTABLE AS $$
            SELECT gross / (1 + rate)
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER orders_recorded AFTER INSERT OR UPDATE ON orders"
        " FOR EACH ROW EXECUTE FUNCTION audit.record()"
    )
    op.execute(
        "CREATE TRIGGER products_recorded AFTER UPDATE OF price ON products"
        " FOR EACH ROW WHEN (OLD.price <> NEW.price) EXECUTE FUNCTION audit.record()"
    )
    op.execute("CREATE RULE keep_log AS ON DELETE TO audit.log DO INSTEAD NOTHING")


def downgrade():
    op.execute("DROP TRIGGER products_recorded ON products")
    op.execute("DROP TRIGGER orders_recorded ON orders")
    op.execute("DROP FUNCTION net(numeric, numeric)")
    op.execute("DROP FUNCTION audit.record()")
    op.drop_table("log", schema="audit")
