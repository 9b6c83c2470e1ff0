"""Drops by the names that the convention has given."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.drop_constraint("uq_teams_name", "teams", type_="unique")
    op.create_unique_constraint(None, "teams", ["name", "size"])
    op.drop_constraint("size", "teams", type_="check")


def downgrade():
    op.create_check_constraint("size", "teams", "size > 0")
    op.drop_constraint("uq_teams_name", "teams", type_="unique")
    op.create_unique_constraint(None, "teams", ["name"])
