"""Table customer_notes"""

import sqlalchemy as sa
from alembic import op

revision = "c2"
down_revision = "c1"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("customer_notes", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("customer_notes")
