"""names of customers"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("customers", sa.Column("name", sa.Text, nullable=False, server_default=""))
    op.alter_column("customers", "name", server_default=None)


def downgrade():
    op.drop_column("customers", "name")
