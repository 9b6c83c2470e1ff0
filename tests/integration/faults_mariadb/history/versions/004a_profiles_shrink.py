"""Profiles keep the customer only; the downgrade puts every column back as it was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "004a"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    for column in ("karma_twice", "visits", "phone", "motto", "karma", "nickname"):
        op.drop_column("profiles", column)


def downgrade():
    op.add_column(
        "profiles",
        sa.Column(
            "nickname", sa.String(40, collation="ascii_bin"), server_default="anonymous", nullable=False
        ),
    )
    op.add_column("profiles", sa.Column("karma", sa.Integer, server_default="7", nullable=True))
    op.add_column("profiles", sa.Column("motto", sa.Text, nullable=True, comment="shown on the page"))
    op.add_column("profiles", sa.Column("phone", sa.String(20), nullable=True))
    op.add_column(
        "profiles", sa.Column("visits", mysql.INTEGER(unsigned=True), server_default="0", nullable=False)
    )
    op.add_column("profiles", sa.Column("karma_twice", sa.Integer, sa.Computed("karma * 2", persisted=True)))
