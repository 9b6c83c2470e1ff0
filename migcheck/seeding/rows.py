"""Rows for a table that satisfy all that it demands, as far as can be known without asking the server."""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from migcheck.model.tables import Column, DataType, ForeignKey, Table, TableName, Tables, Value
from migcheck.seeding.conditions import Condition, parse, solve
from migcheck.seeding.faking import fake
from migcheck.seeding.order import is_hard
from migcheck.seeding.own import Factories, Factory
from migcheck.seeding.refused import Unsolvable
from migcheck.seeding.sink import Sink
from migcheck.seeding.values import edges, plain

REAL, NULLS, LARGEST, EMPTIEST, TWIN = range(5)
"""Kinds of rows: values as in production; NULL wherever it may be; the longest and largest; the emptiest;
equal to the first one wherever that may be."""

_PARENTS = 1_000  # rows of a table to refer to, at most

Row = dict[str, Value]


class RowMaker:
    """Makes rows for the tables of one database; other ones for each `salt`.

    `sink` tells the keys of rows that are there already. `factories` are the user's (see `seeding.own`).
    """

    def __init__(
        self,
        tables: Tables,
        sink: Sink,
        *,
        dialect: str,
        random_seed: int = 0,
        salt: str = "",
        factories: Factories | None = None,
    ) -> None:
        self.tables = tables
        self.dialect = dialect
        self.planned: dict[TableName, list[Row]] = {}
        """Keys of rows that are about to be put in, for tables that refer to each other."""
        self._sink = sink
        self._seed = f"{random_seed} {salt}"
        self._factories = factories or {}
        self._made: dict[TableName, int] = {}
        self._first: dict[TableName, Row] = {}
        self._parents: dict[tuple[TableName, tuple[str, ...]], list[tuple[Value, ...]]] = {}
        self._conditions: dict[TableName, tuple[Condition, ...]] = {}

    def row(
        self,
        table: Table,
        fixed: Mapping[str, Value],
        must: Sequence[str] = (),
        must_not: Sequence[str] = (),
    ) -> Row:
        """A row with the values of `fixed`, for which the conditions `must` hold and `must_not` do not.

        Columns that the server fills by itself are left out. Raises Unsolvable.
        """
        return self.of_kind(table, REAL, fixed, must, must_not)

    def of_kind(
        self,
        table: Table,
        kind: int,
        fixed: Mapping[str, Value] | None = None,
        must: Sequence[str] = (),
        must_not: Sequence[str] = (),
    ) -> Row:
        """The next row of a table, of one of the kinds above. Raises Unsolvable."""
        number = self._number(table.name)
        own = self._from_factories(table, number)
        settled = {**own, **(fixed or {}), **(self._as_first(table) if kind == TWIN else {})}
        refers = self._references(table, kind, number, settled)
        settled = {**refers, **settled}
        made = {
            column.name: settled[column.name]
            if column.name in settled
            else self._value(table, column, kind, number)
            for column in table.columns
            if column.name in settled or not (column.generated or column.serial)
        }
        row = self._solved(table, kind, made, settled, must, must_not)
        if kind == REAL and not fixed and not must_not:
            self._first.setdefault(table.name, row)
        return row

    def _as_first(self, table: Table) -> Row:
        """The values of the first row that another one may have, too."""
        first = self._first.get(table.name, {})
        own = set(first) if table.exclusions or any(key.expressions for key in table.keys) else set()
        own.update(name for key in table.keys for name in key.elements)
        for key in table.foreign_keys:
            if own.intersection(key.columns):
                own.update(key.columns)
        return {name: value for name, value in first.items() if name not in own}

    def key_values(self, table: Table, columns: Sequence[str]) -> Row:
        """Values of columns for a row that is about to be put in. Raises Unsolvable."""
        number = 900_000 + self._number(table.name)
        found = [column for name in columns if (column := table.column(name)) is not None]
        return {column.name: plain(column.name, column.type, number, self._seed) for column in found}

    def forget(self, table: TableName) -> None:
        """Ask again for the rows of a table that others refer to: there are new ones."""
        for known in [key for key in self._parents if key[0] == table]:
            del self._parents[known]

    # -- values

    def _number(self, name: TableName) -> int:
        """A number for the next row, other ones than those for another salt, most likely."""
        if name not in self._made:
            self._made[name] = zlib.crc32(f"{self._seed} {name}".encode()) % 60 * 15
        self._made[name] += 1
        return self._made[name]

    def _value(self, table: Table, column: Column, kind: int, number: int) -> Value:
        nullable = column.nullable and column.type.nullable
        in_key = any(column.name in key.elements or key.expressions for key in table.keys)
        if kind == NULLS and nullable and not in_key:
            return None
        if kind in (LARGEST, EMPTIEST) and not in_key:
            found = edges(column.name, column.type)
            if found:
                return found[0] if kind == LARGEST else found[-1]
        seed = f"{self._seed} {table.name}"
        try:
            if kind == EMPTIEST and self._tells_case(table, column):
                # What only its case tells from the row before: unique, until it is folded.
                return str(plain(column.name, column.type, number - 1, seed)).swapcase()
            return plain(column.name, column.type, number, seed)
        except Unsolvable:
            if nullable:
                return None
            raise

    @staticmethod
    def _tells_case(table: Table, column: Column) -> bool:
        """Whether a column of texts is unique by itself, and by their case."""
        alone = any(
            key.elements == (column.name,) and not (key.primary or key.expressions) for key in table.keys
        )
        return alone and column.type.family == "text" and not column.case_insensitive

    def _from_factories(self, table: Table, number: int) -> Row:
        told: dict[str, Factory] = {}
        for name in (table.name.name, str(table.name)):
            told.update(self._factories.get(name, {}))
        return {column: self._made_by(factory, number, column) for column, factory in told.items()}

    def _made_by(self, factory: Any, number: int, column: str) -> Value:
        if isinstance(factory, Mapping):
            return fake(factory["faker"], f"{self._seed} {column}", number)
        if isinstance(factory, tuple):
            return factory[number % len(factory)]  # type: ignore[no-any-return]
        return factory  # type: ignore[no-any-return]

    # -- references

    def _references(self, table: Table, kind: int, number: int, settled: Row) -> Row:
        """The columns of foreign keys: the key of a row that is there, or NULL. Raises Unsolvable."""
        found: Row = {}
        for place, key in enumerate(table.foreign_keys):
            if any(column in settled for column in key.columns):
                continue  # what was asked for, an orphan maybe
            shared = {c: found[c] for c in key.columns if c in found}
            parents = self.parents(table, key)
            if shared:
                places = [(key.columns.index(name), value) for name, value in shared.items()]
                parents = [each for each in parents if all(each[i] == value for i, value in places)]
            optional = not is_hard(table, key)
            if optional and (kind == NULLS or not parents):
                for name in key.columns:
                    column = table.column(name)
                    if name not in found and column is not None and column.nullable:
                        found[name] = None
            elif parents:
                found.update(zip(key.columns, self._chosen(parents, number, place), strict=True))
            elif key.table == table.name:
                found.update(self._itself(table, key, number))
            else:
                raise Unsolvable(f"it refers to {key.table}, which has no row")
        return found

    def _chosen(self, parents: Sequence[tuple[Value, ...]], number: int, place: int) -> tuple[Value, ...]:
        """Other parents for each number, and other combinations where there are several keys."""
        size = len(parents)
        return parents[(number if place == 0 else number // size + number * place) % size]

    def parents(self, table: Table, key: ForeignKey) -> list[tuple[Value, ...]]:
        """Keys of rows that a foreign key can refer to."""
        known = (key.table, key.referred)
        if known not in self._parents:
            parent = self.tables.get(key.table)
            rows = [] if parent is None else self._sink.sample(parent, key.referred, _PARENTS)
            self._parents[known] = [row for row in rows if None not in row]
        planned = [tuple(row[c] for c in key.referred) for row in self.planned.get(key.table, ())]
        return self._parents[known] or planned

    def _itself(self, table: Table, key: ForeignKey, number: int) -> Row:
        """A row that must refer to a row of its own table where there is none: to itself."""
        found: Row = {}
        for name, referred in zip(key.columns, key.referred, strict=True):
            column = table.column(referred)
            if column is None:
                raise Unsolvable(f"it refers to {key.table}, which has no column {referred}")
            found[referred] = found[name] = plain(referred, column.type, 900_000 + number, self._seed)
        return found

    # -- conditions

    def _solved(
        self,
        table: Table,
        kind: int,
        made: Row,
        settled: Row,
        must: Sequence[str],
        must_not: Sequence[str],
    ) -> Row:
        conditions = [*self.conditions(table), *(parse(sql, self.dialect) for sql in must)]
        violate = parse(must_not[0], self.dialect) if must_not else None
        if not conditions and violate is None:
            return made
        types = {column.name: _as_wanted(column) for column in table.columns}
        free = [name for name in made if name not in settled]
        rng = random.Random(f"{self._seed} {table.name} {self._made[table.name]}")
        change = solve(conditions, made, types, free, rng, violate=violate)
        if change is None and kind != REAL:
            raise Unsolvable("no such row on the edge")
        if change is None:
            why = must_not[0] if must_not else " and ".join(c.sql for c in conditions)
            raise Unsolvable(f"no values were found for which {why} {'is false' if must_not else 'holds'}")
        return {**made, **change}

    def conditions(self, table: Table) -> tuple[Condition, ...]:
        """The checks of a table, and those of the domains of its columns."""
        if table.name not in self._conditions:
            found = [parse(check.sql, self.dialect) for check in table.checks if check.enforced]
            for column in table.columns:
                found += [_about(parse(sql, self.dialect), column.name) for sql in column.type.checks]
            self._conditions[table.name] = tuple(found)
        return self._conditions[table.name]


def _as_wanted(column: Column) -> DataType:
    return column.type if column.nullable else replace(column.type, nullable=False)


def _about(condition: Condition, column: str) -> Condition:
    """A domain's condition on VALUE as one on a column."""
    if condition.tree is None:
        return condition
    from sqlglot import exp

    tree = condition.tree.transform(
        lambda node: (
            exp.column(column, quoted=True)
            if isinstance(node, exp.Column) and node.name.upper() == "VALUE"
            else node
        )
    )
    return Condition(condition.sql, tree, frozenset({column}))
