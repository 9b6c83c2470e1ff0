"""title; its downgrade forgets the index, which has to be found whatever the network is like"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("book", sa.Column("title", sa.String(100), nullable=True))
    op.create_index("ix_author_id", "author", ["id"])


def downgrade():
    op.drop_column("book", "title")
