"""Table three"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("three", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("three")
