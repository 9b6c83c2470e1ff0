"""Changes of a small schema in Alembic's standard operations, each with an honest downgrade and another.

They make a history of one revision each, which any database can walk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

_INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = {url}\n"
_ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

section = context.config.get_section(context.config.config_ini_section, {})
engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
_REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = {revision!r}
down_revision = {parent!r}


def upgrade():
{upgrade}

def downgrade():
{downgrade}
"""


@dataclass(frozen=True)
class Change:
    """`says` is in what is told of the dishonest one; `anywhere` is whether MySQL's kin can do it, too."""

    name: str
    upgrade: str
    honest: str
    dishonest: str
    says: str
    anywhere: bool = True


FIRST = Change(
    "first",
    """
op.create_table(
    "customers",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(50), nullable=False, server_default="nobody"),
    sa.Column("email", sa.String(100)),
    sa.Column("code", sa.String(20)),
)
op.create_table(
    "orders",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("customer_id", sa.Integer, nullable=False),
    sa.Column("amount", sa.Integer),
    sa.Column("state", sa.String(20)),
    sa.Column("referrer_id", sa.Integer),
    sa.ForeignKeyConstraint(
        ["customer_id"], ["customers.id"], name="fk_orders_customer", ondelete="CASCADE"
    ),
    sa.ForeignKeyConstraint(["referrer_id"], ["customers.id"], name="fk_orders_referrer"),
    sa.CheckConstraint("amount > 0", name="ck_orders_amount"),
)
op.create_index("ix_orders_amount", "orders", ["amount", "state"])
op.create_index("ix_orders_state", "orders", ["state"])
op.create_index("ix_customers_email", "customers", ["email"], unique=True)
op.execute("CREATE VIEW names AS SELECT name FROM customers WHERE id > 1")
""",
    """
op.execute("DROP VIEW names")
op.drop_table("orders")
op.drop_table("customers")
""",
    "",
    "",
)

CHANGES = (
    Change(
        "table left behind",
        'op.create_table("audit", sa.Column("id", sa.Integer), sa.Column("what", sa.Text))',
        'op.drop_table("audit")',
        "pass",
        "CREATE TABLE audit",
    ),
    Change(
        "column not restored",
        'op.drop_column("customers", "code")',
        'op.add_column("customers", sa.Column("code", sa.String(20)))',
        "pass",
        "customers.code",
    ),
    Change(
        "column left behind",
        'op.add_column("customers", sa.Column("age", sa.Integer))',
        'op.drop_column("customers", "age")',
        "pass",
        "customers.age",
    ),
    Change(
        "index left behind",
        'op.create_index("ix_customers_name", "customers", ["name"])',
        'op.drop_index("ix_customers_name", "customers")',
        "pass",
        "ix_customers_name",
    ),
    Change(
        "index not restored",
        'op.drop_index("ix_orders_state", "orders")',
        'op.create_index("ix_orders_state", "orders", ["state"])',
        "pass",
        "ix_orders_state",
    ),
    Change(
        "index in another order",
        'op.drop_index("ix_orders_amount", "orders")',
        'op.create_index("ix_orders_amount", "orders", ["amount", "state"])',
        'op.create_index("ix_orders_amount", "orders", ["state", "amount"])',
        "(state, amount)",
    ),
    Change(
        "index not unique any more",
        'op.drop_index("ix_customers_email", "customers")',
        'op.create_index("ix_customers_email", "customers", ["email"], unique=True)',
        'op.create_index("ix_customers_email", "customers", ["email"])',
        "UNIQUE",
    ),
    Change(
        "type too long",
        'op.alter_column("customers", "email", type_=sa.String(200), existing_type=sa.String(100))',
        'op.alter_column("customers", "email", type_=sa.String(100), existing_type=sa.String(200))',
        'op.alter_column("customers", "email", type_=sa.String(150), existing_type=sa.String(200))',
        "VARCHAR(150)",
        anywhere=False,  # DefaultImpl's ALTER COLUMN ... TYPE
    ),
    Change(
        "NOT NULL kept",
        'op.alter_column("orders", "state", nullable=False, existing_type=sa.String(20))',
        'op.alter_column("orders", "state", nullable=True, existing_type=sa.String(20))',
        "pass",
        "orders.state",
        anywhere=False,
    ),
    Change(
        "default lost",
        'op.alter_column("customers", "name", server_default=None)',
        'op.alter_column("customers", "name", server_default="nobody")',
        "pass",
        "nobody",
    ),
    Change(
        "foreign key without its ON DELETE",
        'op.drop_constraint("fk_orders_customer", "orders", type_="foreignkey")',
        'op.create_foreign_key("fk_orders_customer", "orders", "customers", ["customer_id"], ["id"],'
        ' ondelete="CASCADE")',
        'op.create_foreign_key("fk_orders_customer", "orders", "customers", ["customer_id"], ["id"])',
        "ON DELETE CASCADE",
    ),
    Change(
        "foreign key not restored",
        'op.drop_constraint("fk_orders_referrer", "orders", type_="foreignkey")',
        'op.create_foreign_key("fk_orders_referrer", "orders", "customers", ["referrer_id"], ["id"])',
        "pass",
        "fk_orders_referrer",
    ),
    Change(
        "unique key left behind",
        'op.create_unique_constraint("uq_customers_name", "customers", ["name", "id"])',
        'op.drop_constraint("uq_customers_name", "customers", type_="unique")',
        "pass",
        "uq_customers_name",
    ),
    Change(
        "check of another condition",
        'op.drop_constraint("ck_orders_amount", "orders", type_="check")',
        'op.create_check_constraint("ck_orders_amount", "orders", "amount > 0")',
        'op.create_check_constraint("ck_orders_amount", "orders", "amount >= 0")',
        ">= 0",
    ),
    Change(
        "view of another query",
        'op.execute("DROP VIEW names")',
        'op.execute("CREATE VIEW names AS SELECT name FROM customers WHERE id > 1")',
        'op.execute("CREATE VIEW names AS SELECT name FROM customers WHERE id > 2")',
        "2",
    ),
    Change(
        "sequence left behind",
        'op.execute("CREATE SEQUENCE numbers")',
        'op.execute("DROP SEQUENCE numbers")',
        "pass",
        "numbers",
        anywhere=False,
    ),
    Change(
        "type left behind",
        "op.execute(\"CREATE TYPE mood AS ENUM ('good', 'bad')\")",
        'op.execute("DROP TYPE mood")',
        "pass",
        "mood",
        anywhere=False,
    ),
    Change(
        "schema left behind",
        'op.execute("CREATE SCHEMA archive")\n'
        'op.create_table("old", sa.Column("id", sa.Integer), schema="archive")',
        'op.drop_table("old", schema="archive")\nop.execute("DROP SCHEMA archive")',
        'op.drop_table("old", schema="archive")',
        "archive",
        anywhere=False,
    ),
)


def revision_of(change: Change) -> str:
    """Its id, within the 32 characters of Alembic's version table."""
    return change.name.replace(" ", "_").lower()[:32]


def write_history(folder: Path, url: str, changes: tuple[Change, ...], honest: bool = True) -> Path:
    """A project whose first revision makes the schema and each other one makes a change; its alembic.ini."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(_ENV)
    parent = None
    for change in (FIRST, *changes):
        revision = revision_of(change)
        down = change.honest if honest or change is FIRST else change.dishonest
        text = _REVISION.format(
            revision=revision,
            parent=parent,
            upgrade=indent(change.upgrade.strip(), "    "),
            downgrade=indent(down.strip(), "    "),
        )
        (folder / "versions" / f"{revision}.py").write_text(text + "\n")
        parent = revision
    ini = folder / "alembic.ini"
    ini.write_text(_INI.format(url=url))
    return ini
