"""Rows as they are written between two steps: for tables, and columns, that the next step takes away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migcheck.model.tables import Table, Tables, Value, bare
from migcheck.seeding.hostile import Hostile, Same, hostile

_WAYS = 2  # columns of a composite key, each of which alone may be other


def faced(before: Tables, after: Tables, *, dialect: str, moves: bool) -> tuple[Hostile, ...]:
    """All rows that a step from `before` to `after` has to face: those that `after` does not take, and where
    it `moves` rows some of what it takes away."""
    return hostile(before, after, dialect=dialect) + (written(before, after) if moves else ())


def written(before: Tables, after: Tables) -> tuple[Hostile, ...]:
    """Rows, two and two as alike as they can be, of tables that are not there afterwards, or lack a column.

    A table that a migration makes holds only what the migration itself has put into it; an application puts
    in more, and other things, before somebody goes back.
    """
    found: list[Hostile] = []
    for name, table in before.items():
        then = after.get(name)
        goes = then is None or any(then.column(column.name) is None for column in table.columns)
        if goes and table.takes_rows and table.holds_rows and table.primary_key:
            found += _pairs(table)
    return tuple(found)


def _pairs(table: Table) -> Iterator[Hostile]:
    free = {column.name for column in table.columns if not (column.generated or column.serial)}
    keys = [key for key in table.keys if not key.primary or len(key.elements) == 1]
    unique = {name for key in keys for name in key.elements}
    if table.exclusions or any(key.expressions for key in table.keys):
        unique = free
    composite = table.primary_key if len(table.primary_key) > 1 else ()
    shown = bare(table.name)
    for other in composite[-_WAYS:] or ("",):
        alike = [c.name for c in table.columns if c.name in free - unique and c.name != other]
        for key in table.foreign_keys:
            if set(key.columns) - set(alike):
                alike = [name for name in alike if name not in key.columns]
        second: Mapping[str, Value | Same] = dict.fromkeys(alike, Same())
        same = f"have the same {', '.join(alike)}" if alike else "were written"
        why = f"two rows of {shown} {same}"
        yield Hostile("written", table.name, tuple(alike), None, why, ({}, second))
