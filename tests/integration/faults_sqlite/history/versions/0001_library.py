"""Authors and books, as Alembic's operations make them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "authors",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("isbn", sa.String(13)),
        sa.Column("pages", sa.Integer()),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name="fk_books_author", ondelete="CASCADE"),
        sa.CheckConstraint("pages > 0", name="ck_books_pages"),
        sa.UniqueConstraint("isbn", name="uq_books_isbn"),
    )
    op.create_index("ix_books_title", "books", ["title"])


def downgrade():
    op.drop_index("ix_books_title", "books")
    op.drop_table("books")
    op.drop_table("authors")
