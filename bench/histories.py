"""Generated Alembic projects to measure on, the same in every run: of simple DDL, or of all sorts of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import rich, simple
from bench.change import Change

# What `alembic init` writes, without logging; the first lines of the function are those that pytest-alembic's
# documentation asks for, which saves it a connection for each step.
ENV = '''\
"""Run migrations on the database of alembic.ini, or on the connection that a caller gives."""

from alembic import context
from sqlalchemy import engine_from_config, pool

from models import metadata

engine = context.config.attributes.get("connection")
if engine is None:
    engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
'''

REVISION = '''\
"""{doc}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
prepend_sys_path = {folder}
path_separator = os
sqlalchemy.url = {url}
"""


NEVER_OPENED = "postgresql+psycopg://nobody@192.0.2.1/never-opened"
"""A URL for a project whose own database must not be opened."""


def _one_after_the_other(number: int, revisions: int) -> tuple[int, ...]:
    return (number - 1,) if number else ()


@dataclass(frozen=True)
class Kind:
    """A kind of generated history.

    `changes` are made again and again, each with the number of the round. `models` is the text of models.py,
    to be formatted with `revisions` and the `length` of a round. `parents` says on which revisions one
    stands: (its number, length of the history) -> their numbers, all counted from 0.
    """

    changes: tuple[Callable[[int], Change], ...]
    models: str
    parents: Callable[[int, int], tuple[int, ...]]
    summary: str


KINDS = {
    "simple": Kind(simple.CHANGES, simple.MODELS, _one_after_the_other, "simple DDL, linear"),
    "rich": Kind(
        rich.CHANGES,
        rich.MODELS,
        rich.parents,
        "tables, enum types, views, triggers, functions, data migrations, branches and merges",
    ),
}


def named(number: int) -> str:
    """The identifier of revision `number`, counted from 0."""
    return f"r{number + 1:04}"


def _down_revision(parents: tuple[int, ...]) -> str | tuple[str, ...] | None:
    names = tuple(map(named, parents))
    return names if len(names) > 1 else (names[0] if names else None)


def write(folder: Path, revisions: int, kind: str = "simple") -> None:
    """Write env.py, models.py and a history of `revisions` revisions of `kind` into `folder`.

    Every downgrade undoes its upgrade exactly, so a right tool finds nothing.
    """
    chosen = KINDS[kind]
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "models.py").write_text(chosen.models.format(revisions=revisions, length=len(chosen.changes)))
    for number in range(revisions):
        turn, position = divmod(number, len(chosen.changes))
        change = chosen.changes[position](turn)
        (versions / f"{named(number)}.py").write_text(
            REVISION.format(
                doc=change.doc,
                revision=named(number),
                down_revision=_down_revision(chosen.parents(number, revisions)),
                upgrade=change.upgrade,
                downgrade=change.downgrade,
            )
        )


def configure(folder: Path, name: str, url: str) -> Path:
    """Write `folder/name.ini`, which runs the history in `folder` on the database `url`; return its path."""
    path = folder / f"{name}.ini"
    path.write_text(INI.format(folder=folder, url=url.replace("%", "%%")))
    return path
