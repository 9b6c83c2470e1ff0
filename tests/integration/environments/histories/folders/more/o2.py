"""Table order_notes"""

import sqlalchemy as sa
from alembic import op

revision = "o2"
down_revision = "o1"
branch_labels = None
depends_on = "c2"


def upgrade():
    op.create_table("order_notes", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("order_notes")
