"""Constraints dropped in batch mode, which keeps the other ones: they have names."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    code = sa.Column("code", sa.Text(collation="NOCASE"))
    with op.batch_alter_table("loans", reflect_args=[code]) as batch_op:
        batch_op.drop_constraint("ck_loans_days", type_="check")
        batch_op.drop_constraint("uq_loans_book", type_="unique")
        batch_op.drop_constraint("fk_loans_book", type_="foreignkey")


def downgrade():
    code = sa.Column("code", sa.Text(collation="NOCASE"))
    with op.batch_alter_table("loans", reflect_args=[code]) as batch_op:
        batch_op.create_check_constraint("ck_loans_days", "days > 0")
        batch_op.create_unique_constraint("uq_loans_book", ["book_id", "member_id"])
        batch_op.create_foreign_key("fk_loans_book", "books", ["book_id"], ["id"], ondelete="CASCADE")
