"""A table and a column renamed; SQLite renames them in what refers to them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    op.rename_table("authors", "writers")
    op.execute("ALTER TABLE settings RENAME COLUMN value TO content")
    op.create_table("old_settings", sa.Column("key", sa.Text()))


def downgrade():
    op.drop_table("old_settings")
    op.execute("ALTER TABLE settings RENAME COLUMN content TO value")
    op.rename_table("writers", "authors")
