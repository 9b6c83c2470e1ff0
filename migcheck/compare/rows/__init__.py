"""Compare the rows of two moments: what is gone, what is other, and what has only moved or been renamed."""

from __future__ import annotations

from collections.abc import Collection

from migcheck.compare.rows.matching import Pairs, Whereabouts, pairs_of_tables
from migcheck.compare.rows.tables import EVERY, table_changes
from migcheck.model.data import Contents, DataChange, TableContents
from migcheck.model.tables import TableName

__all__ = ["data_changes", "fate", "volatile_columns"]

Volatile = Collection[tuple[str, str]]
"""(table, column), whose values nobody can expect to be the same twice; `*` for all columns."""


def data_changes(
    before: Contents,
    after: Contents,
    volatile: Volatile = (),
    now: float | None = None,
    *,
    moved: bool = True,
) -> tuple[DataChange, ...]:
    """What differs between the rows of `before` and `after`, sorted by table.

    Columns that are `volatile` are not compared, nor is a time that has become that of `now` (seconds since
    1970).

    A value that was NULL is not changed by getting one. Values that stand elsewhere afterwards are not gone,
    where they may have `moved`: renamed tables and columns, and copies in new columns, are found by the
    values themselves.
    """
    found: list[DataChange] = []
    pairs = pairs_of_tables(before, after)
    elsewhere = Whereabouts(before, after if moved else Contents(), pairs if moved else {})
    for name in sorted(before.tables):
        table = before.tables[name]
        other = pairs.get(name)
        if other is None:
            if table.count and not elsewhere.has_rows(name):
                found.append(DataChange("table removed", str(name), None, table.count, table.count))
        else:
            hidden = {column for place, column in volatile if place in (str(name), str(other))}
            found += table_changes(name, other, table, after.tables[other], elsewhere, hidden, now)
    for name in sorted(after.tables.keys() - set(pairs.values())):
        if after.tables[name].count:
            count = after.tables[name].count
            found.append(DataChange("rows added", str(name), None, count, count))
    return (*found, *_behind(before, after, pairs))


def fate(
    table: TableName, rows: TableContents, before: Contents, after: Contents, now: float | None = None
) -> tuple[DataChange, ...]:
    """What has become of some `rows` of a table of `before`, which have all been put in before it."""
    pairs = pairs_of_tables(before, after)
    other, elsewhere = pairs.get(table), Whereabouts(before, after, pairs)
    if other is None:
        gone = not elsewhere.has_rows(table)
        return (DataChange("table removed", str(table), None, rows.count, rows.count),) if gone else ()
    found = table_changes(table, other, rows, after.tables[other], elsewhere, (), now)
    return tuple(change for change in found if change.what not in ("rows added", "column removed"))


def volatile_columns(first: Contents, second: Contents) -> frozenset[tuple[str, str]]:
    """The columns in which two runs of the same step on the same rows have given different values; all (`*`)
    where the rows are other ones, since they have keys that are made anew."""
    return frozenset(
        (change.table, change.column or EVERY)
        for change in data_changes(first, second)
        if change.what in ("values changed", "rows removed", "rows added")
    )


def _behind(before: Contents, after: Contents, pairs: Pairs) -> list[DataChange]:
    """Sequences that fell behind the numbers that are there."""
    were = {(pairs.get(state.table), state.column) for state in before.sequences if state.behind}
    return [
        DataChange("sequence behind", str(state.table), state.column, state.next, state.largest or 0)
        for state in after.sequences
        if state.behind and (state.table, state.column) not in were
    ]
