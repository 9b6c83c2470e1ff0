"""What real histories hold beside tables: enum types, views, triggers, functions, data migrations, merges.

Each sixteen revisions make three tables and all that hangs on them. For PostgreSQL only. Every downgrade
undoes its upgrade exactly.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.change import Change

# Where in each sixteen the history branches: two revisions on one parent, and the one that merges them.
BRANCHES, MERGE = (8, 9), 10

MODELS = '''\
"""The models: what the history makes, as far as models can say it."""

import sqlalchemy as sa

metadata = sa.MetaData()
for number in range(0, {revisions}, {length}):
    group, done = f"{{number // {length}:03}}", {revisions} - number
    parent = f"shop_{{number // {length} - 1:03}}.id"
    key = [sa.ForeignKey(parent, name=f"fk_shop_{{group}}_parent")] if number else []
    shop = sa.Table(
        f"shop_{{group}}",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, *key),
        sa.Column("name", sa.String(100), nullable=False, comment="as on the sign" if done > 14 else None),
        sa.Column("email", sa.Text),
        sa.Column("state", sa.Enum("new", "open", "closed", name=f"state_{{group}}"), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), server_default="0"),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()")),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        comment="one row for each shop" if done > 14 else None,
    )
    if done > 2:
        sa.Index(f"ix_shop_{{group}}_open", shop.c.opened_at, postgresql_where=sa.text("state = 'open'"))
    if done > 3:
        sa.Index(f"ix_shop_{{group}}_lower_name", sa.func.lower(shop.c.name))
    if done > 6:
        line = sa.Table(
            f"line_{{group}}",
            metadata,
            sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
            sa.Column(
                "shop_id",
                sa.Integer,
                sa.ForeignKey(shop.c.id, name=f"fk_line_{{group}}_shop", ondelete="CASCADE"),
                nullable=False,
            ),
            sa.Column("position", sa.Integer, nullable=False),
            sa.Column("quantity", sa.BigInteger if done > 13 else sa.Integer, nullable=False),
            sa.UniqueConstraint("shop_id", "position", name=f"uq_line_{{group}}_position"),
        )
        if done > 8:
            line.append_column(sa.Column("note", sa.Text))
        if done > 9:
            sa.Index(f"ix_line_{{group}}_quantity", line.c.quantity)
    if done > 7:
        shop.append_column(sa.Column("reference", sa.Text, nullable=False))
    if done > 15:
        sa.Table(
            f"country_{{group}}",
            metadata,
            sa.Column("code", sa.CHAR(2), primary_key=True),
            sa.Column("name", sa.Text, nullable=False),
        )
'''


def _execute(*statements: str) -> str:
    """The text of a body that runs SQL as it stands."""
    return "\n    ".join(f'op.execute("""{statement}""")' for statement in statements)


def _create_table(group: int) -> Change:
    parent = f', sa.ForeignKey("shop_{group - 1:03}.id", name="fk_shop_{group:03}_parent")' if group else ""
    # The type by hand: Alembic remembers one that create_table has made, and skips it in the second upgrade.
    state = f'postgresql.ENUM(name="state_{group:03}", create_type=False)'
    return Change(
        f"create shop_{group:03} and its enum type",
        f"""op.execute("CREATE TYPE state_{group:03} AS ENUM ('new', 'open', 'closed')")
    op.create_table(
        "shop_{group:03}",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer{parent}),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("state", {state}, nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), server_default="0"),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()")),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
    )""",
        f'op.drop_table("shop_{group:03}")\n    {_execute(f"DROP TYPE state_{group:03}")}',
    )


def _add_check(group: int) -> Change:
    name, condition = f"ck_shop_{group:03}_closed", "closed_at IS NULL OR closed_at >= opened_at"
    return Change(
        f"shop_{group:03} closes after it has opened",
        f'op.create_check_constraint("{name}", "shop_{group:03}", "{condition}")',
        f'op.drop_constraint("{name}", "shop_{group:03}", type_="check")',
    )


def _create_partial_index(group: int) -> Change:
    name = f"ix_shop_{group:03}_open"
    where = "postgresql_where=sa.text(\"state = 'open'\")"
    return Change(
        f"index of the open ones in shop_{group:03}",
        f'op.create_index("{name}", "shop_{group:03}", ["opened_at"], {where})',
        f'op.drop_index("{name}", "shop_{group:03}")',
    )


def _create_expression_index(group: int) -> Change:
    name = f"ix_shop_{group:03}_lower_name"
    return Change(
        f"index of shop_{group:03}.name in small letters",
        f'op.create_index("{name}", "shop_{group:03}", [sa.text("lower(name)")])',
        f'op.drop_index("{name}", "shop_{group:03}")',
    )


def _view(group: int, columns: str) -> str:
    return f"CREATE VIEW open_{group:03} AS SELECT {columns} FROM shop_{group:03} WHERE state = 'open'"


def _create_view(group: int) -> Change:
    return Change(
        f"view of the open ones in shop_{group:03}",
        _execute(_view(group, "id, name, amount")),
        _execute(f"DROP VIEW open_{group:03}"),
    )


def _function(group: int, otherwise: int) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION price_{group:03}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        f"BEGIN NEW.amount := coalesce(NEW.amount, {otherwise}); RETURN NEW; END $body$"
    )


def _create_trigger(group: int) -> Change:
    return Change(
        f"trigger that fills in shop_{group:03}.amount",
        _execute(
            _function(group, 0),
            f"CREATE TRIGGER price BEFORE INSERT OR UPDATE ON shop_{group:03} "
            f"FOR EACH ROW EXECUTE FUNCTION price_{group:03}()",
        ),
        _execute(f"DROP TRIGGER price ON shop_{group:03}", f"DROP FUNCTION price_{group:03}()"),
    )


def _create_child_table(group: int) -> Change:
    key = f'sa.ForeignKey("shop_{group:03}.id", name="fk_line_{group:03}_shop", ondelete="CASCADE")'
    return Change(
        f"create line_{group:03}",
        f"""op.create_table(
        "line_{group:03}",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("shop_id", sa.Integer, {key}, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.UniqueConstraint("shop_id", "position", name="uq_line_{group:03}_position"),
        sa.CheckConstraint("quantity > 0", name="ck_line_{group:03}_quantity"),
    )""",
        f'op.drop_table("line_{group:03}")',
    )


def _fill_column(group: int) -> Change:
    table = f"shop_{group:03}"
    return Change(
        f"{table}.reference, computed for the rows that are there",
        f"""op.add_column("{table}", sa.Column("reference", sa.Text, nullable=True))
    op.execute("UPDATE {table} SET reference = 'S-' || id")
    op.alter_column("{table}", "reference", nullable=False)""",
        f'op.drop_column("{table}", "reference")',
    )


def _add_column(group: int) -> Change:
    return Change(
        f"add line_{group:03}.note",
        f'op.add_column("line_{group:03}", sa.Column("note", sa.Text, nullable=True))',
        f'op.drop_column("line_{group:03}", "note")',
    )


def _create_index(group: int) -> Change:
    return Change(
        f"index line_{group:03}.quantity",
        f'op.create_index("ix_line_{group:03}_quantity", "line_{group:03}", ["quantity"])',
        f'op.drop_index("ix_line_{group:03}_quantity", "line_{group:03}")',
    )


def _merge(group: int) -> Change:
    return Change(f"merge what was done to line_{group:03} at the same time", "pass", "pass")


def _change_view(group: int) -> Change:
    drop = f"DROP VIEW open_{group:03}"
    return Change(
        f"open_{group:03} shows the reference too",
        _execute(drop, _view(group, "id, name, reference, round(amount) AS amount")),
        _execute(drop, _view(group, "id, name, amount")),
    )


def _replace_function(group: int) -> Change:
    return Change(
        f"another default for shop_{group:03}.amount",
        _execute(_function(group, 1)),
        _execute(_function(group, 0)),
    )


def _widen_column(group: int) -> Change:
    alter = f'op.alter_column("line_{group:03}", "quantity", type_=sa.{{}}, existing_nullable=False)'
    return Change(
        f"line_{group:03}.quantity becomes larger", alter.format("BigInteger"), alter.format("Integer")
    )


def _comment(group: int) -> Change:
    table, column = f"TABLE shop_{group:03}", f"COLUMN shop_{group:03}.name"
    return Change(
        f"comments on shop_{group:03}",
        _execute(
            f"COMMENT ON {table} IS 'one row for each shop'", f"COMMENT ON {column} IS 'as on the sign'"
        ),
        _execute(f"COMMENT ON {table} IS NULL", f"COMMENT ON {column} IS NULL"),
    )


def _create_filled_table(group: int) -> Change:
    return Change(
        f"create country_{group:03} with its rows",
        f"""countries = op.create_table(
        "country_{group:03}",
        sa.Column("code", sa.CHAR(2), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.bulk_insert(countries, [{{"code": "NO", "name": "Norway"}}, {{"code": "PT", "name": "Portugal"}}])""",
        f'op.drop_table("country_{group:03}")',
    )


CHANGES: tuple[Callable[[int], Change], ...] = (
    _create_table,
    _add_check,
    _create_partial_index,
    _create_expression_index,
    _create_view,
    _create_trigger,
    _create_child_table,
    _fill_column,
    _add_column,
    _create_index,
    _merge,
    _change_view,
    _replace_function,
    _widen_column,
    _comment,
    _create_filled_table,
)


def parents(number: int, revisions: int) -> tuple[int, ...]:
    """The numbers of the revisions that revision `number` (from 0) stands on, in a history of `revisions`."""
    if not number:
        return ()
    group, position = divmod(number, len(CHANGES))
    # A branch that is never merged would leave two heads.
    merged = group * len(CHANGES) + MERGE < revisions
    if merged and position == BRANCHES[1]:
        return (number - 2,)
    if merged and position == MERGE:
        return (number - 2, number - 1)
    return (number - 1,)
