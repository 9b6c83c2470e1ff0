"""The state of an order, as an enum."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    state = postgresql.ENUM("open", "paid", "sent", name="order_state", create_type=False)
    state.create(op.get_bind(), checkfirst=False)
    op.add_column("orders", sa.Column("state", state, server_default="open", nullable=False))
    op.execute("CREATE TYPE address AS (street text, city text)")


def downgrade():
    op.execute("DROP TYPE address")
    op.drop_column("orders", "state")
    op.execute("DROP TYPE order_state")
