"""Titles"""

import sqlalchemy as sa
from alembic import op
from application import current_app

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column(f"{current_app()['PREFIX']}_pages", sa.Column("title", sa.Text))


def downgrade():
    op.drop_column(f"{current_app()['PREFIX']}_pages", "title")
