"""A second connection waits for a lock that the first one holds."""

import app_settings
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("queue", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("SELECT pg_advisory_xact_lock(99)")
    with sa.create_engine(app_settings.url("psycopg")).begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(99)"))


def downgrade():
    op.drop_table("queue")
