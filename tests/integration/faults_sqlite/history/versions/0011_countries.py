"""Data: a table with rows, a column that is filled, rows in a table of before."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    countries = op.create_table(
        "countries",
        sa.Column("code", sa.String(2), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
    )
    op.bulk_insert(countries, [{"code": "ch", "name": "Switzerland"}, {"code": "no", "name": "Norway"}])
    op.add_column("members", sa.Column("country", sa.String(2)))
    op.execute("UPDATE members SET country = 'ch' WHERE email LIKE '%.ch'")
    op.execute("INSERT INTO settings (key, content) VALUES ('country', 'ch')")
    op.create_index("ix_members_country", "members", ["country"])


def downgrade():
    op.drop_index("ix_members_country", "members")
    op.execute("DELETE FROM settings WHERE key = 'country'")
    op.drop_column("members", "country")
    op.drop_table("countries")
