"""Table customers"""

import sqlalchemy as sa
from alembic import op

revision = "c1"
down_revision = None
branch_labels = ("customers",)
depends_on = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("customers")
