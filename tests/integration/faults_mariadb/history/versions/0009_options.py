"""Other options of tables; products in UTF-8; the day of a visit in more partitions; readers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table_comment("customers", "people and firms", existing_comment="people who buy")
    op.execute("ALTER TABLE orders ROW_FORMAT = COMPRESSED")
    op.execute("ALTER TABLE products CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    op.execute(
        "ALTER TABLE visits REORGANIZE PARTITION p_rest INTO"
        " (PARTITION p1 VALUES LESS THAN (200), PARTITION p_rest VALUES LESS THAN MAXVALUE)"
    )
    op.execute("GRANT SELECT ON orders TO PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION with_tax TO PUBLIC")


def downgrade():
    op.execute("REVOKE EXECUTE ON FUNCTION with_tax FROM PUBLIC")
    op.execute("REVOKE SELECT ON orders FROM PUBLIC")
    op.execute(
        "ALTER TABLE visits REORGANIZE PARTITION p1, p_rest INTO (PARTITION p_rest VALUES LESS THAN MAXVALUE)"
    )
    op.execute("ALTER TABLE products CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci")
    op.alter_column("products", "description", type_=sa.Text(), existing_type=mysql.MEDIUMTEXT())
    op.execute("ALTER TABLE orders ROW_FORMAT = DEFAULT")
    op.create_table_comment("customers", "people who buy", existing_comment="people and firms")
