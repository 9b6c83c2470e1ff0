"""Loans with constraints that have names, shelves and prices of the special kinds of tables."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table(
        "loans",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer()),
        sa.Column("days", sa.Integer(), server_default=sa.text("28")),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("remark", sa.String(200), server_default="none", nullable=False),
        sa.Column("fee", sa.Numeric(6, 2)),
        sa.Column("code", sa.Text(collation="NOCASE")),
        sa.CheckConstraint("days > 0", name="ck_loans_days"),
        sa.CheckConstraint("state IN ('out', 'back')", name="ck_loans_state"),
        sa.UniqueConstraint("book_id", "member_id", name="uq_loans_book"),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name="fk_loans_book", ondelete="CASCADE"),
    )
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
    op.create_table(
        "settings",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )


def downgrade():
    op.drop_table("settings")
    op.drop_table("prices")
    op.drop_table("shelves")
    op.drop_table("loans")
