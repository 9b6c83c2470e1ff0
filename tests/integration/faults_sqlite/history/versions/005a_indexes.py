"""Indexes replaced."""

import sqlalchemy as sa
from alembic import op

revision = "005a"
down_revision = "004a"


def upgrade():
    for name in ("ix_members_email", "ix_members_joined", "ix_members_name", "ix_members_minors"):
        op.drop_index(name, "members")
    op.create_index("ix_members_age", "members", ["age", "name"])


def downgrade():
    op.drop_index("ix_members_age", "members")
    op.execute("CREATE UNIQUE INDEX ix_members_email ON members (lower(email))")
    op.create_index("ix_members_joined", "members", [sa.text("joined DESC")])
    op.execute("CREATE INDEX ix_members_name ON members (name COLLATE NOCASE)")
    op.create_index("ix_members_minors", "members", ["age"], sqlite_where=sa.text("age < 18"))
