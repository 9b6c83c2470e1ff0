"""Can be imported only while env.py holds the application's context open."""

import sqlalchemy as sa
from alembic import op
from application import current_app

revision = "0001"
down_revision = None
PREFIX = current_app()["PREFIX"]


def upgrade():
    op.create_table(f"{PREFIX}_pages", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table(f"{PREFIX}_pages")
