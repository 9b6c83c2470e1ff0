"""Tables dropped, and made again on the way down as they were; the file carries the version of its users."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    op.drop_table("shelves")
    op.drop_table("prices")
    op.execute("PRAGMA user_version = 12")


def downgrade():
    op.execute("PRAGMA user_version = 0")
    op.execute(
        """
        CREATE TABLE shelves (
            code TEXT NOT NULL PRIMARY KEY,
            floor INTEGER NOT NULL,
            place TEXT GENERATED ALWAYS AS (code || '/' || floor) VIRTUAL
        ) WITHOUT ROWID
        """
    )
    op.execute(
        """
        CREATE TABLE prices (
            book_id INTEGER PRIMARY KEY REFERENCES books (id),
            cents INTEGER NOT NULL,
            euros REAL GENERATED ALWAYS AS (cents / 100.0) STORED
        ) STRICT
        """
    )
