"""The visits go to another database: their table is dropped; the downgrade makes it again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_table("visits")
    op.create_table(
        "newsletters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=True),
    )
    op.create_index("ix_newsletters_sent_at", "newsletters", ["sent_at"])


def downgrade():
    op.drop_table("newsletters")
    op.execute(
        "CREATE TABLE visits (id bigint NOT NULL, day int NOT NULL, page varchar(40), PRIMARY KEY (id, day))"
        " PARTITION BY RANGE (day)"
        " (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN (200),"
        " PARTITION p_rest VALUES LESS THAN MAXVALUE)"
    )
    op.execute("CREATE TRIGGER trim_page BEFORE INSERT ON visits FOR EACH ROW SET NEW.page = trim(NEW.page)")
