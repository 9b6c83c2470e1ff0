"""Table orders"""

import sqlalchemy as sa
from alembic import op

revision = "o1"
down_revision = None
branch_labels = ("orders",)
depends_on = "c1"


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("orders")
