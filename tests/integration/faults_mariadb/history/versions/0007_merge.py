"""Merge views and customers."""

from alembic import op  # noqa: F401

revision = "0007"
down_revision = ("006a", "006b")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
