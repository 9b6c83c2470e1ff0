"""Customers and their profiles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE SCHEMA audit")
    op.execute("CREATE DOMAIN phone_number AS varchar(20) CONSTRAINT phone_digits CHECK (VALUE ~ '^[0-9]+$')")
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, server_default="", nullable=False),
        sa.Column("score", sa.Integer, server_default="0", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score >= 0 AND score <= 100", name="ck_customers_score"),
        sa.UniqueConstraint("email", name="uq_customers_email"),
        comment="people who buy",
    )
    op.create_index("ix_customers_name", "customers", ["name", "email"])
    op.create_index(
        "ux_customers_active", "customers", ["email"], unique=True, postgresql_where="deleted_at IS NULL"
    )
    op.create_index("ix_customers_lower", "customers", [sa.text("lower(name)")])
    op.create_index("ix_customers_score", "customers", [sa.text("score DESC NULLS LAST")])
    op.create_index("ix_customers_tags", "customers", ["tags"], postgresql_using="gin")
    op.create_index("ix_customers_cover", "customers", ["email"], postgresql_include=["name"])
    op.execute("COMMENT ON INDEX ix_customers_name IS 'for the search box'")
    op.create_table(
        "profiles",
        sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("nickname", sa.String(40, collation="C"), server_default="anonymous", nullable=False),
        sa.Column("karma", sa.Integer, server_default="7", nullable=True),
        sa.Column("motto", sa.Text, nullable=True, comment="shown on the page"),
        sa.Column("phone", sa.String(20), nullable=True),
        sa.Column("serial_no", sa.BigInteger, sa.Identity(always=True, start=100), nullable=False),
        sa.Column("karma_twice", sa.Integer, sa.Computed("karma * 2", persisted=True)),
    )


def downgrade():
    op.drop_table("profiles")
    op.drop_table("customers")
    op.execute("DROP DOMAIN phone_number")
    op.execute("DROP SCHEMA audit")
