"""Generated Alembic projects to measure on: linear histories of simple DDL, the same in every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ENV = '''\
"""Run migrations on the database of alembic.ini (what `alembic init` writes, without logging)."""

from alembic import context
from sqlalchemy import engine_from_config, pool

engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
'''

REVISION = '''\
"""{doc}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision!r}
branch_labels = None
depends_on = None


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''

INI = """\
[alembic]
script_location = {folder}
sqlalchemy.url = {url}
"""


NEVER_OPENED = "postgresql+psycopg://nobody@192.0.2.1/never-opened"
"""A URL for a project whose own database must not be opened."""


@dataclass(frozen=True)
class Change:
    """One revision's work on table number `table`: the text of both function bodies."""

    doc: str
    upgrade: str
    downgrade: str


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


def write(folder: Path, revisions: int) -> None:
    """Write env.py and a linear history of `revisions` revisions into `folder`.

    Each run of `len(CHANGES)` revisions makes one table and changes it; every downgrade undoes its
    upgrade exactly, so a right tool finds nothing.
    """
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    for number in range(revisions):
        table, kind = divmod(number, len(CHANGES))
        change = CHANGES[kind](table)
        revision = f"r{number + 1:04}"
        (versions / f"{revision}.py").write_text(
            REVISION.format(
                doc=change.doc,
                revision=revision,
                down_revision=f"r{number:04}" if number else None,
                upgrade=change.upgrade,
                downgrade=change.downgrade,
            )
        )


def configure(folder: Path, name: str, url: str) -> Path:
    """Write `folder/name.ini`, which runs the history in `folder` on the database `url`; return its path."""
    path = folder / f"{name}.ini"
    path.write_text(INI.format(folder=folder, url=url.replace("%", "%%")))
    return path
