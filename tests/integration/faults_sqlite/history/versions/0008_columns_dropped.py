"""Columns dropped by ALTER TABLE, and types changed in batch mode."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade():
    op.drop_column("loans", "code")
    op.drop_column("loans", "fee")
    op.drop_column("loans", "remark")
    with op.batch_alter_table("loans") as batch_op:
        batch_op.alter_column("days", type_=sa.Float(), nullable=False, server_default=None)
        batch_op.alter_column("state", type_=sa.Text())


def downgrade():
    with op.batch_alter_table("loans") as batch_op:
        batch_op.alter_column("days", type_=sa.Integer(), nullable=True, server_default=sa.text("28"))
        batch_op.alter_column("state", type_=sa.String(10))
    op.add_column("loans", sa.Column("remark", sa.String(200), server_default="none", nullable=False))
    op.add_column("loans", sa.Column("fee", sa.Numeric(6, 2)))
    op.add_column("loans", sa.Column("code", sa.Text(collation="NOCASE")))
