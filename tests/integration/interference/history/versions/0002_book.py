"""book"""

import os

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    function = "pg_sleep" if op.get_bind().dialect.name == "postgresql" else "sleep"
    op.execute(f"SELECT {function}({os.environ.get('FAULTS_SLEEP', '0')})")
    op.create_table("book", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("book")
