"""book"""

import json
import os
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    wait(**json.loads(os.environ["FAULTS"]))
    op.create_table("book", sa.Column("id", sa.Integer, primary_key=True))


def wait(asleep=0, idle=0, filled=0, begun=""):
    """`asleep` seconds in a statement, `idle` seconds in none, or until 10 MB are written `filled` times."""
    if begun:
        Path(begun).touch()
    postgresql = op.get_bind().dialect.name == "postgresql"
    if asleep:
        op.execute(f"SELECT {'pg_sleep' if postgresql else 'sleep'}({asleep})")
    time.sleep(idle)
    if filled:
        # What is not logged fills the table's own file, and no other.
        op.execute(f"CREATE {'UNLOGGED' if postgresql else ''} TABLE filler (line char(250), more char(250))")
        rows = "generate_series(1, 20000)" if postgresql else "seq_1_to_20000"
        for _ in range(filled):
            op.execute(f"INSERT INTO filler SELECT repeat('x', 250), repeat('x', 250) FROM {rows} AS line")


def downgrade():
    op.drop_table("book")
