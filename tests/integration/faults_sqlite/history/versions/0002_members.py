"""Members, in SQL: what Alembic's batch mode does not keep by itself."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute(
        """
        CREATE TABLE members (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            email TEXT NOT NULL COLLATE NOCASE,
            name VARCHAR(80),
            age INTEGER,
            joined TEXT DEFAULT CURRENT_TIMESTAMP,
            sponsor_id INTEGER REFERENCES members (id) ON DELETE SET NULL,
            author_id INTEGER REFERENCES authors (id) ON UPDATE CASCADE,
            CHECK (age >= 16)
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_members_email ON members (lower(email))")
    op.execute("CREATE INDEX ix_members_joined ON members (joined DESC)")
    op.execute("CREATE INDEX ix_members_name ON members (name COLLATE NOCASE)")
    op.execute("CREATE INDEX ix_members_minors ON members (age) WHERE age < 18")
    op.execute("CREATE TABLE changes (id INTEGER PRIMARY KEY, what TEXT)")
    op.execute(
        """
        CREATE TRIGGER log_members AFTER UPDATE ON members
        BEGIN
            INSERT INTO changes (what) VALUES (new.email);
        END
        """
    )


def downgrade():
    op.execute("DROP TABLE members")
    op.execute("DROP TABLE changes")
