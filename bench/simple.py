"""Simple DDL: each seven revisions make one table and change it."""

from __future__ import annotations

from collections.abc import Callable

from bench.change import Change

# The models of a project with so many revisions: what the tables are like at its head.
MODELS = '''\
"""The models: what the history makes."""

import sqlalchemy as sa

metadata = sa.MetaData()
for number in range(0, {revisions}, {length}):
    table, done = f"table_{{number // {length}:03}}", {revisions} - number
    parent = f"table_{{number // {length} - 1:03}}.id"
    key = [sa.ForeignKey(parent, name=f"fk_{{table}}_parent")] if number else []
    made = sa.Table(
        table,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, *key),
        sa.Column("name", sa.String(200 if done > 5 else 100), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), server_default="0", nullable=done <= 6),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()")),
    )
    if done > 1:
        made.append_column(sa.Column("note", sa.Text))
    if done > 2:
        sa.Index(f"ix_{{table}}_name", made.c.name, made.c.created_at)
    if done > 3:
        made.append_constraint(sa.CheckConstraint("amount >= 0", name=f"ck_{{table}}_amount"))
    if done > 4:
        made.append_constraint(sa.UniqueConstraint("name", "parent_id", name=f"uq_{{table}}_name"))
'''


def _create_table(table: int) -> Change:
    parent = f', sa.ForeignKey("table_{table - 1:03}.id", name="fk_table_{table:03}_parent")' if table else ""
    return Change(
        f"create table_{table:03}",
        f"""op.create_table(
        "table_{table:03}",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer{parent}),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), server_default="0"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()")),
    )""",
        f'op.drop_table("table_{table:03}")',
    )


def _add_column(table: int) -> Change:
    return Change(
        f"add table_{table:03}.note",
        f'op.add_column("table_{table:03}", sa.Column("note", sa.Text, nullable=True))',
        f'op.drop_column("table_{table:03}", "note")',
    )


def _create_index(table: int) -> Change:
    return Change(
        f"index table_{table:03}.name",
        f'op.create_index("ix_table_{table:03}_name", "table_{table:03}", ["name", "created_at"])',
        f'op.drop_index("ix_table_{table:03}_name", "table_{table:03}")',
    )


def _add_check(table: int) -> Change:
    name = f"ck_table_{table:03}_amount"
    return Change(
        f"table_{table:03}.amount is not negative",
        f'op.create_check_constraint("{name}", "table_{table:03}", "amount >= 0")',
        f'op.drop_constraint("{name}", "table_{table:03}", type_="check")',
    )


def _add_unique(table: int) -> Change:
    name = f"uq_table_{table:03}_name"
    return Change(
        f"table_{table:03}.name is unique by parent",
        f'op.create_unique_constraint("{name}", "table_{table:03}", ["name", "parent_id"])',
        f'op.drop_constraint("{name}", "table_{table:03}", type_="unique")',
    )


def _widen_column(table: int) -> Change:
    # What is said of the column as it stands is for MariaDB and MySQL, which must be told all of it again.
    alter = f'op.alter_column("table_{table:03}", "name", existing_nullable=False, type_=sa.String({{}}))'
    return Change(f"table_{table:03}.name becomes longer", alter.format(200), alter.format(100))


def _require_column(table: int) -> Change:
    existing = 'existing_type=sa.Numeric(12, 2), existing_server_default="0"'
    alter = f'op.alter_column("table_{table:03}", "amount", {existing}, nullable={{}})'
    return Change(f"table_{table:03}.amount is required", alter.format(False), alter.format(True))


CHANGES: tuple[Callable[[int], Change], ...] = (
    _create_table,
    _add_column,
    _create_index,
    _add_check,
    _add_unique,
    _widen_column,
    _require_column,
)
