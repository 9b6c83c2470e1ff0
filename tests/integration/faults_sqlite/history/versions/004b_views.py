"""A view, and a trigger that lets rows be put into it."""

from alembic import op

revision = "004b"
down_revision = "0003"


def upgrade():
    op.execute("CREATE VIEW book_list AS SELECT title, pages FROM books WHERE pages > 9")
    op.execute(
        """
        CREATE TRIGGER add_book INSTEAD OF INSERT ON book_list
        BEGIN
            INSERT INTO books (author_id, title, pages) VALUES (1, new.title, new.pages);
        END
        """
    )


def downgrade():
    op.execute("DROP TRIGGER add_book")
    op.execute("DROP VIEW book_list")
