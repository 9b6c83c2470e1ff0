"""A full text index of the books, kept up to date by a trigger."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    op.execute("CREATE VIRTUAL TABLE book_search USING fts5 (title, content='books', content_rowid='id')")
    op.execute(
        """
        CREATE TRIGGER index_books AFTER INSERT ON books
        BEGIN
            INSERT INTO book_search (rowid, title) VALUES (new.id, new.title);
        END
        """
    )


def downgrade():
    op.execute("DROP TRIGGER index_books")
    op.execute("DROP TABLE book_search")
