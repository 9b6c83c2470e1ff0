"""Email of a user"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade(**engine):
    op.add_column("users", sa.Column("email", sa.Text, nullable=True))


def downgrade(**engine):
    op.drop_column("users", "email")
