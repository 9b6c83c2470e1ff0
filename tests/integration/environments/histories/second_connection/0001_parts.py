"""Opens the application's database a second time, three ways."""

import app_settings
import psycopg
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("parts", sa.Column("id", sa.Integer, primary_key=True))
    engine = sa.create_engine(app_settings.url("psycopg2"))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE parts_log (id integer)"))
    with psycopg.connect(f"host=127.0.0.1 port={app_settings.PORT} dbname=prod user=app password=secret") as raw:
        raw.execute("CREATE TABLE parts_seen (id integer)")


def downgrade():
    with psycopg.connect(host="127.0.0.1", port=app_settings.PORT, dbname="prod") as raw:
        raw.execute("DROP TABLE parts_log")
    op.drop_table("parts_seen")
    op.drop_table("parts")
