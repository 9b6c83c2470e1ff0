"""Routines, triggers and events do more, or less, than before."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DROP TRIGGER log_order")
    op.execute(
        "CREATE TRIGGER log_order AFTER INSERT ON orders FOR EACH ROW"
        " INSERT INTO log (entry, at) VALUES (concat('order ', NEW.id), NEW.placed_at)"
    )
    op.execute("CREATE OR REPLACE FUNCTION with_tax(net int) RETURNS int DETERMINISTIC RETURN net * 3")
    op.execute("DROP PROCEDURE clean_log")
    op.execute("CREATE PROCEDURE clean_log(IN days bigint) DELETE FROM log WHERE id < days")
    op.execute("ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY DISABLE COMMENT 'too slow'")


def downgrade():
    op.execute("DROP EVENT nightly")
    op.execute("CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO CALL clean_log(30)")
    op.execute("DROP PROCEDURE clean_log")
    op.execute("CREATE PROCEDURE clean_log(IN days int) BEGIN DELETE FROM log WHERE id < days; END")
    op.execute("CREATE OR REPLACE FUNCTION with_tax(net int) RETURNS int DETERMINISTIC RETURN net * 2")
    op.execute("DROP TRIGGER log_order")
    op.execute(
        "CREATE TRIGGER log_order AFTER INSERT ON orders FOR EACH ROW"
        " INSERT INTO log (entry, at) VALUES (NEW.note, NEW.placed_at)"
    )
