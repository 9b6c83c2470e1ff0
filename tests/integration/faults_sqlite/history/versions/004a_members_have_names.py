"""A table made anew: by hand on the way up, in batch mode that is told what to keep on the way down."""

import sqlalchemy as sa
from alembic import op

revision = "004a"
down_revision = "0003"

MADE_ANEW = """
CREATE TABLE new_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE,
    name VARCHAR(80) NOT NULL,
    age INTEGER,
    joined TEXT DEFAULT CURRENT_TIMESTAMP,
    sponsor_id INTEGER REFERENCES members (id) ON DELETE SET NULL,
    author_id INTEGER REFERENCES authors (id) ON UPDATE CASCADE,
    CHECK (age >= 16)
);
INSERT INTO new_members SELECT * FROM members;
DROP TABLE members;
ALTER TABLE new_members RENAME TO members;
CREATE UNIQUE INDEX ix_members_email ON members (lower(email));
CREATE INDEX ix_members_joined ON members (joined DESC);
CREATE INDEX ix_members_name ON members (name COLLATE NOCASE);
CREATE INDEX ix_members_minors ON members (age) WHERE age < 18;
"""
TRIGGER = """
CREATE TRIGGER log_members AFTER UPDATE ON members
BEGIN
    INSERT INTO changes (what) VALUES (new.email);
END
"""


def upgrade():
    for statement in MADE_ANEW.split(";")[:-1]:
        op.execute(statement)
    op.execute(TRIGGER)


def downgrade():
    op.drop_index("ix_members_joined", "members")
    op.drop_index("ix_members_name", "members")
    with op.batch_alter_table(
        "members",
        reflect_args=[
            sa.Column("email", sa.Text(collation="NOCASE"), nullable=False),
            sa.Column("sponsor_id", sa.Integer(), sa.ForeignKey("members.id", ondelete="SET NULL")),
            sa.Column("author_id", sa.Integer(), sa.ForeignKey("authors.id", onupdate="CASCADE")),
        ],
        table_args=[sa.CheckConstraint("age >= 16")],
        table_kwargs={"sqlite_autoincrement": True},
    ) as batch_op:
        batch_op.alter_column("name", nullable=True)
    op.execute("CREATE UNIQUE INDEX ix_members_email ON members (lower(email))")
    op.create_index("ix_members_joined", "members", [sa.text("joined DESC")])
    op.create_index("ix_members_name", "members", [sa.text("name COLLATE NOCASE")])
    op.execute("CREATE TRIGGER log_members AFTER UPDATE ON members"
               " BEGIN INSERT INTO changes (what) VALUES (new.email); END")
