"""Customers and their profiles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATES = ("new", "active", "gone")


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", mysql.INTEGER(unsigned=True), primary_key=True, autoincrement=True),
        sa.Column("email", sa.String(120, collation="utf8mb4_bin"), nullable=False),
        sa.Column("name", sa.String(80), server_default="", nullable=False),
        sa.Column("about", sa.Text, nullable=True),
        sa.Column("state", mysql.ENUM(*STATES), server_default="new", nullable=False),
        sa.Column("flags", mysql.SET("post", "mail"), nullable=True),
        sa.Column("score", mysql.DECIMAL(8, 2, unsigned=True), server_default="0.00", nullable=False),
        sa.Column("born", sa.Date, nullable=True),
        sa.Column("settings", sa.JSON, nullable=True),
        sa.Column(
            "updated_at",
            mysql.TIMESTAMP,
            server_default=sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            nullable=False,
        ),
        sa.CheckConstraint("score <= 100", name="ck_customers_score"),
        sa.UniqueConstraint("email", name="uq_customers_email"),
        comment="people who buy",
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_general_ci",
    )
    op.create_index("ix_customers_name", "customers", ["name", "born"])
    op.create_index("ix_customers_about", "customers", ["about"], mysql_length={"about": 20})
    op.create_index("ft_customers_about", "customers", ["about"], mysql_prefix="FULLTEXT")
    op.execute("CREATE INDEX ix_customers_score ON customers (score DESC)")
    op.create_table(
        "profiles",
        sa.Column(
            "customer_id",
            mysql.INTEGER(unsigned=True),
            sa.ForeignKey("customers.id", name="fk_profiles_customer"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column(
            "nickname", sa.String(40, collation="ascii_bin"), server_default="anonymous", nullable=False
        ),
        sa.Column("karma", sa.Integer, server_default="7", nullable=True),
        sa.Column("motto", sa.Text, nullable=True, comment="shown on the page"),
        sa.Column("phone", sa.String(20), nullable=True),
        sa.Column("visits", mysql.INTEGER(unsigned=True), server_default="0", nullable=False),
        sa.Column("karma_twice", sa.Integer, sa.Computed("karma * 2", persisted=True)),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
    )


def downgrade():
    op.drop_table("profiles")
    op.drop_table("customers")
