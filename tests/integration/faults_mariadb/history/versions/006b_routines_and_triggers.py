"""A log of orders, kept by triggers; a function, a procedure and an event for the office."""

from alembic import op

revision = "006b"
down_revision = "005b"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE log (id bigint AUTO_INCREMENT PRIMARY KEY, entry text NOT NULL, at datetime)")
    op.execute(
        "CREATE TRIGGER log_order AFTER INSERT ON orders FOR EACH ROW"
        " INSERT INTO log (entry, at) VALUES (NEW.note, NEW.placed_at)"
    )
    op.execute("CREATE TRIGGER trim_note BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = trim(NEW.note)")
    op.execute("CREATE TRIGGER trim_page BEFORE INSERT ON visits FOR EACH ROW SET NEW.page = trim(NEW.page)")
    op.execute("CREATE FUNCTION with_tax(net int) RETURNS int DETERMINISTIC RETURN net * 2")
    op.execute("CREATE PROCEDURE clean_log(IN days int) BEGIN DELETE FROM log WHERE id < days; END")
    op.execute("CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO CALL clean_log(30)")


def downgrade():
    op.execute("DROP EVENT nightly")
    op.execute("DROP PROCEDURE clean_log")
    op.execute("DROP FUNCTION with_tax")
    op.execute("DROP TRIGGER trim_page")
    op.execute("DROP TRIGGER trim_note")
    op.execute("DROP TRIGGER log_order")
    op.execute("DROP TABLE log")
