"""Index of emails"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade(**engine):
    op.create_index("ix_users_email", "users", ["email"], unique=True)


def downgrade(**engine):
    op.drop_index("ix_users_email", table_name="users")
