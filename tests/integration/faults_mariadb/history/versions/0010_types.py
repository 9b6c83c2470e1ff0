"""Columns change type, default and name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ALWAYS_NOW = sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")


def upgrade():
    op.alter_column(
        "products",
        "weight",
        type_=sa.Numeric(14, 4),
        existing_type=sa.Numeric(10, 2),
        existing_comment="in kilograms",
    )
    op.alter_column(
        "products", "code", type_=sa.String(40), existing_type=sa.String(20), existing_nullable=False
    )
    op.alter_column("orders", "quantity", server_default=None, existing_type=sa.Integer())
    op.alter_column(
        "customers",
        "name",
        nullable=True,
        existing_type=sa.String(80),
        existing_server_default="",
    )
    op.execute("ALTER TABLE log MODIFY id bigint unsigned NOT NULL AUTO_INCREMENT")
    op.execute("ALTER TABLE customers MODIFY updated_at datetime NULL DEFAULT NULL")
    op.alter_column("customers", "born", new_column_name="birthday", existing_type=sa.Date())


def downgrade():
    op.alter_column("customers", "birthday", new_column_name="born", existing_type=sa.Date())
    op.alter_column(
        "customers",
        "updated_at",
        type_=mysql.TIMESTAMP(),
        nullable=False,
        server_default=ALWAYS_NOW,
        existing_type=mysql.DATETIME(),
    )
    op.execute("ALTER TABLE log MODIFY id bigint NOT NULL AUTO_INCREMENT")
    op.alter_column(
        "customers",
        "name",
        nullable=False,
        existing_type=sa.String(80),
        existing_server_default="",
    )
    op.alter_column("orders", "quantity", server_default="1", existing_type=sa.Integer())
    op.alter_column(
        "products", "code", type_=sa.String(20), existing_type=sa.String(40), existing_nullable=False
    )
    op.alter_column(
        "products",
        "weight",
        type_=sa.Numeric(10, 2),
        existing_type=sa.Numeric(14, 4),
        existing_comment="in kilograms",
    )
