"""Table merged"""

import sqlalchemy as sa
from alembic import op

revision = "m1"
down_revision = ("c2", "o2")
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("merged", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("merged")
