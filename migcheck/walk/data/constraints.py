"""Constraints, tried for real: do the rows satisfy them, and do they refuse a row that does not?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from migcheck.dialects.data import Data
from migcheck.model.data import Breach, Row
from migcheck.model.tables import (
    Check,
    Constraint,
    Exclusion,
    ForeignKey,
    Key,
    NotNull,
    Table,
    TableName,
    Tables,
    Value,
    bare,
)
from migcheck.seeding import Refused, RowMaker, Unsolvable
from migcheck.seeding.hostile import hostile, put
from migcheck.walk.jobs import Moment

SHOWN = 5  # rows of a breach


class Constraints:
    """Tries the constraints of one database; what it puts in is taken back at once."""

    def __init__(self, data: Data, maker: RowMaker) -> None:
        self._data = data
        self._maker = maker

    def breaches(self, before: Moment, after: Moment, *, everything: bool) -> tuple[Breach, ...]:
        """What is wrong with the constraints that are new in `after` (or with all), and with those of tables
        whose rows have changed."""
        found: list[Breach] = []
        rows, then = before.contents.tables, after.contents.tables
        touched = {name for name in after.tables if rows.get(name) != then.get(name)}
        for table in after.tables.values():
            old = before.tables.get(table.name)
            known = set(old.constraints) if old is not None else set()
            for constraint in table.constraints:
                new = everything or constraint not in known
                parent = constraint.table if isinstance(constraint, ForeignKey) else table.name
                if new or touched & {table.name, parent}:
                    found += self._violated(table, constraint)
                if new and table.takes_rows:
                    found += self._not_enforced(table, constraint, after.tables)
                if isinstance(constraint, ForeignKey) and table.takes_rows:
                    around = (table.name, constraint.table)
                    if new or _triggers(before.tables, around) != _triggers(after.tables, around):
                        found += self._orphaned(table, constraint)
        return tuple(found)

    def _violated(self, table: Table, constraint: Constraint) -> Iterator[Breach]:
        try:
            rows = self._data.violators(table, constraint, SHOWN)
        except Refused:
            return  # nothing can be said of what the server cannot evaluate
        if rows:
            yield _breach("violated", table, constraint, rows)

    def _orphaned(self, table: Table, key: ForeignKey) -> Iterator[Breach]:
        rows = self._data.orphaned(table, key, SHOWN)
        if rows:
            yield _breach("orphaned", table, key, rows)

    def _not_enforced(self, table: Table, constraint: Constraint, tables: Tables) -> Iterator[Breach]:
        without = _without(table, constraint)
        around = {name: tables[name] for name in _around(table, tables)}
        attempt = _Attempt(self._data, constraint)
        for row in hostile(
            {**around, table.name: without}, {**around, table.name: table}, dialect=self._maker.dialect
        ):
            if row.constraint != constraint:
                continue
            try:
                put(self._maker, attempt, row)
            except (Refused, Unsolvable):
                continue
            if attempt.let_in is not None:
                yield _breach("not enforced", table, constraint, (attempt.let_in,))
            return


class _Attempt:
    """A sink that takes back what is put in to break a constraint."""

    def __init__(self, data: Data, constraint: Constraint) -> None:
        self._data = data
        self._constraint = constraint
        self.let_in: Row | None = None

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """Try rows; the last one of them is kept in `let_in` when nothing refused them."""
        if self._data.attempt(table, columns, rows, self._constraint):
            self.let_in = tuple(
                (column, None if value is None else str(value))
                for column, value in zip(columns, rows[-1], strict=True)
            )


def _triggers(tables: Tables, names: Sequence[TableName]) -> list[tuple[str, ...]]:
    """The triggers of some tables, as far as they are there."""
    found = (tables.get(name) for name in names)
    return [() if table is None else (*table.triggers, *table.later_triggers) for table in found]


def _around(table: Table, tables: Tables) -> list[TableName]:
    names = {table.name, *(key.table for key in table.foreign_keys)}
    return sorted(name for name in names if name in tables)


def _without(table: Table, constraint: Constraint) -> Table:
    """The same table, where nothing asks for `constraint`."""
    if isinstance(constraint, NotNull):
        columns = tuple(
            replace(column, nullable=True) if column.name == constraint.column else column
            for column in table.columns
        )
        return replace(table, columns=columns)
    return replace(
        table,
        keys=tuple(each for each in table.keys if each != constraint),
        foreign_keys=tuple(each for each in table.foreign_keys if each != constraint),
        checks=tuple(each for each in table.checks if each != constraint),
        exclusions=tuple(each for each in table.exclusions if each != constraint),
    )


def _breach(what: str, table: Table, constraint: Constraint, rows: tuple[Row, ...]) -> Breach:
    return Breach(what, str(table.name), constraint, definition(constraint), rows, _cause(table, constraint))


def _cause(table: Table, constraint: Constraint) -> str:
    if not getattr(constraint, "enforced", True):
        return "it is not enforced: NOT ENFORCED, or its triggers are disabled"
    if not getattr(constraint, "acts", True):
        return "the triggers of the table that it refers to are disabled"
    if not getattr(constraint, "validated", True):
        return "it is NOT VALID: existing rows were never checked"
    if isinstance(constraint, Key) and not constraint.valid:
        return "its index is invalid"
    return f"the table's engine is {table.engine}" if table.engine.lower() in ("myisam", "aria") else ""


def definition(constraint: Constraint) -> str:
    """A constraint in SQL's words."""
    if isinstance(constraint, NotNull):
        return f"{constraint.column} NOT NULL"
    if isinstance(constraint, Key):
        words = "PRIMARY KEY" if constraint.primary else "UNIQUE"
        where = f" WHERE {constraint.where}" if constraint.where else ""
        return f"{words} ({', '.join(constraint.elements)}){where}"
    if isinstance(constraint, ForeignKey):
        referred = f"{bare(constraint.table)} ({', '.join(constraint.referred)})"
        action = f" ON DELETE {constraint.on_delete}" if constraint.on_delete != "NO ACTION" else ""
        return f"FOREIGN KEY ({', '.join(constraint.columns)}) REFERENCES {referred}{action}"
    if isinstance(constraint, Check):
        return f"CHECK ({constraint.sql})"
    if isinstance(constraint, Exclusion):
        return f"EXCLUDE ({', '.join(f'{what} WITH {operator}' for what, operator in constraint.elements)})"
    return f"{constraint.column} {constraint.type.sql}"
