"""SQLite cannot change a view or a trigger: both are dropped and made again."""

from alembic import op

revision = "005b"
down_revision = "004b"


def upgrade():
    op.execute("DROP VIEW book_list")
    op.execute("CREATE VIEW book_list AS SELECT id, title FROM books")
    op.execute(
        """
        CREATE TRIGGER count_books AFTER INSERT ON books
        BEGIN
            UPDATE settings SET value = value + 1 WHERE key = 'books';
        END
        """
    )


def downgrade():
    op.execute("DROP TRIGGER count_books")
    op.execute("DROP VIEW book_list")
    op.execute("CREATE VIEW book_list AS SELECT title, pages FROM books WHERE pages > 9")
    op.execute(
        """
        CREATE TRIGGER add_book INSTEAD OF INSERT ON book_list
        BEGIN
            INSERT INTO books (author_id, title, pages) VALUES (1, new.title, new.pages);
        END
        """
    )
