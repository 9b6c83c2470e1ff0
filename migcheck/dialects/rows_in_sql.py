"""Rows through plain SQL: what SQLite, MariaDB and MySQL have in common of `migcheck.dialects.data.Data`."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from migcheck.dialects.base import Query
from migcheck.dialects.data import ENOUGH, KEPT
from migcheck.model.data import Contents, Row, SequenceState, TableContents
from migcheck.model.tables import (
    Check,
    Constraint,
    Exclusion,
    Fits,
    ForeignKey,
    Key,
    NotNull,
    Table,
    TableName,
    Tables,
    Value,
)
from migcheck.seeding import Refused

_DEPTH = 6  # how far down rows that refer to rows are deleted


class RolledBack(Exception):
    """Ends a transaction that is not to last. Never leaves this module and its heirs."""


class RowsInSQL(ABC):
    """A dialect gives its quoting, its tables, and how a statement is run.

    A row is told from others by its `identity`, columns that are unique: without one, nothing can be done to
    single rows of the table, and Refused says so.
    """

    quote = '"'
    placeholder = "?"

    # -- what a dialect gives

    @abstractmethod
    def tables(self) -> Tables:
        """See `Data.tables`."""

    @abstractmethod
    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows. Raises Refused, or DatabaseError where the server is gone."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """A transaction around the body, committed after it, rolled back when it raises; RolledBack is not
        passed on. Raises Refused where the commit is refused."""

    @abstractmethod
    def together(self) -> AbstractContextManager[None]:
        """See `Data.together`."""

    @abstractmethod
    def text(self, table: Table, column: str) -> str:
        """SQL for a column's value as text."""

    @abstractmethod
    def identity(self, table: Table) -> tuple[str, ...]:
        """Unquoted columns that tell a row from all others. Raises Refused."""

    @abstractmethod
    def misfit(self, fits: Fits) -> str:
        """SQL for the condition under which a value does not fit. Raises Refused where nobody can tell."""

    @abstractmethod
    def sequences(self, tables: Sequence[Table]) -> tuple[SequenceState, ...]:
        """The states of what numbers columns."""

    def given(self, table: Table, column: str, value: Value) -> Value:
        """A value as the driver takes it."""
        return value

    def value_in_sql(self, table: Table, column: str) -> str:
        """What stands for a value of the column in an INSERT."""
        return self.placeholder

    # -- looking

    def contents(self, tables: Iterable[Table], only: Container[TableName] | None = None) -> Contents:
        """See `Data.contents`."""
        held = [t for t in tables if t.holds_rows and (only is None or t.name in only)]
        return Contents({table.name: self._contents(table) for table in held}, self.sequences(held))

    def touched(self, statements: Iterable[str], tables: Tables) -> frozenset[TableName] | None:
        """None: what triggers and functions do cannot be told."""
        return None

    def contents_seen_by(
        self, query: Query, tables: Iterable[Table], perhaps: Iterable[Table] = ()
    ) -> Contents:
        """See `Data.contents_seen_by`: for other dialects."""
        raise NotImplementedError

    def _contents(self, table: Table) -> TableContents:
        names = tuple(column.name for column in table.columns)
        types = tuple(column.type.sql for column in table.columns)
        query = self._select(table, names, "")
        rows = self.run(f"{query} LIMIT {KEPT + 1}")
        if len(rows) <= KEPT:
            texts = [tuple(None if value is None else str(value) for value in row) for row in rows]
            ordered = sorted(texts, key=lambda row: [(value is None, value or "") for value in row])
            return TableContents(
                names, types, table.primary_key, len(rows), tuple(ordered), derived=table.generated
            )
        return self._digest(table, names, types)

    def _digest(self, table: Table, names: tuple[str, ...], types: tuple[str, ...]) -> TableContents:
        """Sums of checksums, which do not depend on the order of rows; page by page: memory stays flat."""
        count, whole = 0, 0
        sums, filled = [0] * len(names), Counter[int]()
        for row in self.pages(self._select(table, names, "")):
            count += 1
            whole += zlib.crc32(repr(row).encode())
            for place, value in enumerate(row):
                if value is not None:
                    filled[place] += 1
                    sums[place] += zlib.crc32(str(value).encode())
        present = tuple(filled[place] for place in range(len(names)))
        return TableContents(
            names, types, table.primary_key, count, None, str(whole), tuple(map(str, sums)), present,
            table.generated,
        )  # fmt: skip

    def pages(self, query: str) -> Iterable[tuple[Any, ...]]:
        """The rows of a query of which not all shall be in memory at once."""
        return self.run(query)

    def sample(self, table: Table, columns: Sequence[str], limit: int) -> list[tuple[Value, ...]]:
        """See `Data.sample`."""
        order = ", ".join(map(self.name, table.primary_key or columns))
        told = ", ".join(map(self.name, columns))
        return self.run(f"SELECT {told} FROM {self.name(table.name.name)} ORDER BY {order} LIMIT {limit}")

    def violators(self, table: Table, constraint: Constraint, limit: int) -> tuple[Row, ...]:
        """See `Data.violators`."""
        names = [column.name for column in table.columns]
        identity = ", ".join(map(self.name, self.identity(table)))
        where = f" WHERE ({identity}) IN ({self._wrapped(self._breaking(table, constraint))})"
        rows = self.run(f"{self._select(table, names, where)} LIMIT {limit}")
        told = (tuple(None if value is None else str(value) for value in row) for row in rows)
        return tuple(tuple(zip(names, row, strict=True)) for row in sorted(told, key=str))

    # -- writing

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """See `Data.insert`."""
        with self.transaction():
            self._insert(table, columns, rows)

    def _insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        target = self.name(table.name.name)
        if not columns:
            for _ in rows:
                self.run(self.empty_row(target))
            return
        names = ", ".join(map(self.name, columns))
        one = "(" + ", ".join(self.value_in_sql(table, column) for column in columns) + ")"
        size = max(900 // len(columns), 1)
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            values = [self.given(table, c, v) for row in part for c, v in zip(columns, row, strict=True)]
            self.run(f"INSERT INTO {target} ({names}) VALUES {', '.join([one] * len(part))}", values)

    def empty_row(self, target: str) -> str:
        """The statement that puts in a row of defaults."""
        return f"INSERT INTO {target} DEFAULT VALUES"

    def update(
        self, table: Table, values: Sequence[tuple[str, Value]], key: Sequence[tuple[str, Value]]
    ) -> None:
        """See `Data.update`."""
        pairs = ", ".join(f"{self.name(c)} = {self.value_in_sql(table, c)}" for c, _ in values)
        where = " AND ".join(f"{self.name(c)} = {self.placeholder}" for c, _ in key)
        given = [self.given(table, c, v) for c, v in values] + [value for _, value in key]
        self.run(f"UPDATE {self.name(table.name.name)} SET {pairs} WHERE {where}", given)

    def attempt(
        self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]], constraint: Constraint
    ) -> bool:
        """See `Data.attempt`."""
        broken: tuple[Row, ...] = ()
        try:
            with self.transaction():
                self._insert(table, columns, rows)
                self.check_deferred()
                broken = self.violators(table, constraint, ENOUGH)
                raise RolledBack
            return broken != self.violators(table, constraint, ENOUGH)
        except Refused:
            return False

    def orphaned(self, table: Table, key: ForeignKey, limit: int) -> tuple[Row, ...]:
        """See `Data.orphaned`."""
        ours, theirs = ", ".join(map(self.name, key.columns)), ", ".join(map(self.name, key.referred))
        filled = " AND ".join(f"{self.name(column)} IS NOT NULL" for column in key.columns)
        one = f"SELECT {ours} FROM {self.name(table.name.name)} WHERE {filled} ORDER BY {ours} LIMIT 1"
        after: tuple[Row, ...] = ()
        try:
            before = self.violators(table, key, ENOUGH)
            with self.transaction():
                parent = self.name(key.table.name)
                self.run(f"DELETE FROM {parent} WHERE ({theirs}) IN ({self._wrapped(one)})")
                self.check_deferred()
                after = self.violators(table, key, ENOUGH)
                raise RolledBack
        except Refused:
            return ()
        return tuple(row for row in after if row not in before)[:limit]

    @abstractmethod
    def check_deferred(self) -> None:
        """Check what is checked only at the end of a transaction. Raises Refused."""

    def remove(self, table: Table, constraint: Constraint) -> None:
        """See `Data.remove`."""
        doomed = self._breaking(table, constraint, surplus=True)
        with self.transaction():
            self._delete(table, doomed, self.tables(), _DEPTH)

    def _delete(self, table: Table, doomed: str, tables: Tables, depth: int) -> None:
        """Delete rows, and before them those that refer to them, where the server does not do so itself."""
        for child in tables.values() if depth else ():
            for key in child.foreign_keys:
                acts = key.on_delete in ("CASCADE", "SET NULL", "SET DEFAULT")
                if key.table == table.name and not acts and child.name != table.name:
                    self._delete(child, self._children(table, doomed, child, key), tables, depth - 1)
        identity = ", ".join(map(self.name, self.identity(table)))
        self.run(f"DELETE FROM {self.name(table.name.name)} WHERE ({identity}) IN ({self._wrapped(doomed)})")

    def _children(self, table: Table, doomed: str, child: Table, key: ForeignKey) -> str:
        pairs = zip(key.columns, key.referred, strict=True)
        match = " AND ".join(f"parent.{self.name(p)} = child.{self.name(c)}" for c, p in pairs)
        told = ", ".join(f"child.{self.name(column)}" for column in self.identity(child))
        parent = ", ".join(f"parent.{self.name(column)}" for column in self.identity(table))
        return (
            f"SELECT {told} FROM {self.name(child.name.name)} child"
            f" JOIN {self.name(table.name.name)} parent ON {match}"
            f" WHERE ({parent}) IN ({self._wrapped(doomed)})"
        )

    # -- rows that break a constraint

    def name(self, identifier: str) -> str:
        """An identifier of SQL."""
        return self.quote + identifier.replace(self.quote, self.quote * 2) + self.quote

    def _select(self, table: Table, names: Sequence[str], where: str) -> str:
        told = ", ".join(self.text(table, name) for name in names)
        return f"SELECT {told} FROM {self.name(table.name.name)}{where}"

    def _wrapped(self, query: str) -> str:
        """MariaDB and MySQL change no table that a subquery reads, unless it is one of a subquery."""
        return f"SELECT * FROM ({query}) AS wrapped"

    def _breaking(self, table: Table, constraint: Constraint, *, surplus: bool = False) -> str:
        """A query for the identities of the rows that break `constraint`; with `surplus` one row of each set
        of duplicates is left out. Raises Refused."""
        identity = [self.name(column) for column in self.identity(table)]
        told, source = ", ".join(identity), self.name(table.name.name)
        if isinstance(constraint, Key):
            return self._duplicates(source, told, constraint, surplus)
        if isinstance(constraint, ForeignKey):
            return self._orphans(source, identity, constraint)
        if isinstance(constraint, NotNull):
            condition = f"{self.name(constraint.column)} IS NULL"
        elif isinstance(constraint, Check):
            condition = f"NOT ({constraint.sql})"
        elif isinstance(constraint, Exclusion):
            raise Refused("exclusion constraints are PostgreSQL's")
        else:
            column = self.name(constraint.column)
            condition = f"{column} IS NOT NULL AND ({self.misfit(constraint)})"
        return f"SELECT {told} FROM {source} WHERE {condition}"

    def _duplicates(self, source: str, told: str, key: Key, surplus: bool) -> str:
        parts = list(key.elements) if key.expressions else [self.name(element) for element in key.elements]
        conditions = [f"({key.where})"] if key.where else []
        conditions += [f"({part}) IS NOT NULL" for part in parts]
        together = ", ".join(f"({part})" for part in parts)
        ranked = (
            f"SELECT {told}, count(*) OVER (PARTITION BY {together}) AS same_ones,"
            f" row_number() OVER (PARTITION BY {together} ORDER BY {told}) AS place_among"
            f" FROM {source} WHERE {' AND '.join(conditions)}"
        )
        more = " AND place_among > 1" if surplus else ""
        return f"SELECT {told} FROM ({ranked}) AS ranked WHERE same_ones > 1{more}"

    def _orphans(self, source: str, identity: list[str], key: ForeignKey) -> str:
        pairs = zip(key.columns, key.referred, strict=True)
        match = " AND ".join(f"parent.{self.name(p)} = child.{self.name(c)}" for c, p in pairs)
        filled = " AND ".join(f"child.{self.name(column)} IS NOT NULL" for column in key.columns)
        told = ", ".join(f"child.{column}" for column in identity)
        parent = self.name(key.table.name)
        return (
            f"SELECT {told} FROM {source} child WHERE {filled}"
            f" AND NOT EXISTS (SELECT 1 FROM {parent} parent WHERE {match})"
        )
