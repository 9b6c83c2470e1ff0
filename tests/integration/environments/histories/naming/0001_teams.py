"""Names come from the convention."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("size", sa.Integer),
        sa.UniqueConstraint("name"),
        sa.CheckConstraint("size > 0", name="size"),
    )


def downgrade():
    op.drop_table("teams")
