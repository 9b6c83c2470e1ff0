"""Reads through a second connection."""

import app_settings
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with sa.create_engine(app_settings.url("pg8000")).connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM parts")).scalar() == 0
    op.add_column("parts", sa.Column("name", sa.Text))


def downgrade():
    op.drop_column("parts", "name")
