"""Where tables, columns and values have gone: found by the values themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from migcheck.model.data import Contents, TableContents
from migcheck.model.tables import TableName

Pairs = Mapping[TableName, TableName]
"""A table before -> the same table after."""


def pairs_of_tables(before: Contents, after: Contents) -> dict[TableName, TableName]:
    """Each table of `before` that is still there, under its own name or under another one.

    A table was renamed when a new one has as many rows, and the same values in at least half of the columns.
    """
    pairs = {name: name for name in before.tables if name in after.tables}
    new = sorted(name for name in after.tables if name not in before.tables)
    for name in sorted(before.tables.keys() - pairs.keys()):
        table = before.tables[name]
        for other in new:
            if other not in pairs.values() and _is_renamed(table, after.tables[other]):
                pairs[name] = other
                break
    return pairs


def _is_renamed(old: TableContents, new: TableContents) -> bool:
    common = [column for column in old.columns if column in new.columns]
    if not old.count or old.count != new.count or 2 * len(common) < len(old.columns):
        return False
    if old.rows is None or new.rows is None:
        return all(_sum(old, column) == _sum(new, column) for column in common)
    return Counter(project(old, common)) == Counter(project(new, common))


def project(table: TableContents, columns: Iterable[str]) -> list[tuple[str | None, ...]]:
    """The values of `columns`, a tuple for each row."""
    places = [table.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table.rows or ()]


def _sum(table: TableContents, column: str) -> str:
    return table.sums[table.columns.index(column)] if table.sums else ""


def values(table: TableContents, column: str) -> list[str]:
    """The values of a column that are not NULL."""
    return [value for (value,) in project(table, [column]) if value is not None]


class Whereabouts:
    """Answers whether what is gone from its place stands in a new one: a column or a table that `after` has
    and `before` lacked."""

    def __init__(self, before: Contents, after: Contents, pairs: Pairs) -> None:
        self._before = before
        sources = {other: before.tables[name] for name, other in pairs.items()}
        self._new: list[tuple[TableContents, str]] = []
        self._grown: list[TableContents] = []
        for name in sorted(after.tables):
            table, source = after.tables[name], sources.get(name)
            known = source.columns if source is not None else ()
            self._new += [(table, column) for column in table.columns if column not in known]
            if source is None or table.count > source.count:
                self._grown.append(table)

    def has_values(self, table: TableContents, column: str) -> bool:
        """Whether a new column has all values that `column` had."""
        if table.rows is None:
            wanted = _sum(table, column)
            return any(other.rows is None and _sum(other, name) == wanted for other, name in self._new)
        lost = Counter(values(table, column))
        return any(
            other.rows is not None and not lost - Counter(values(other, name)) for other, name in self._new
        )

    def has_rows(self, name: TableName) -> bool:
        """Whether all values of a table that is gone stand in new columns, each column's in one."""
        table = self._before.tables[name]
        filled = [column for column in table.columns if column not in table.key and values(table, column)]
        if table.rows is None:
            return all(self.has_values(table, column) for column in table.columns)
        return bool(filled) and all(self.has_values(table, column) for column in filled)

    def has_row(self, columns: tuple[str, ...], row: tuple[str | None, ...], key: tuple[str, ...]) -> bool:
        """Whether a table that is new, or has more rows than before, has the same values in a row."""
        filled = {c: v for c, v in zip(columns, row, strict=True) if v is not None}
        told = {c: v for c, v in filled.items() if c not in key} or filled
        for table in self._grown:
            common = [column for column in told if column in table.columns]
            if told and 2 * len(common) >= len(told):
                wanted = tuple(told[column] for column in common)
                if wanted in project(table, common):
                    return True
        return False
