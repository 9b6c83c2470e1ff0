"""Filling the tables of a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from migcheck.model.data import Row as ShownRow
from migcheck.model.data import Unseeded
from migcheck.model.tables import Table, TableName, Tables, Value
from migcheck.seeding.order import groups, is_hard
from migcheck.seeding.own import Factories
from migcheck.seeding.refused import Refused, Unsolvable
from migcheck.seeding.rows import EMPTIEST, LARGEST, NULLS, REAL, TWIN, Row, RowMaker
from migcheck.seeding.sink import Sink

_BATCH = 5_000  # rows of one INSERT or COPY
_TRIES = 12  # rows that are tried for each that is refused
_ONE_BY_ONE = 40  # rows of a batch that was refused
_SHOWN = 3
_KINDS = (REAL, NULLS, LARGEST, EMPTIEST, TWIN)


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows went into each table, and the tables that none went into."""

    counts: Mapping[TableName, int]
    unseeded: tuple[Unseeded, ...]


def seed(
    sink: Sink,
    tables: Tables,
    wanted: Mapping[TableName, int],
    *,
    dialect: str,
    random_seed: int = 0,
    salt: str = "",
    factories: Factories | None = None,
) -> Seeded:
    """Put `wanted` rows into each table that it names: valid under all constraints, the same for the same
    `random_seed`, other ones for each `salt`. Raises DatabaseError where the server goes away."""
    maker = RowMaker(tables, sink, dialect=dialect, random_seed=random_seed, salt=salt, factories=factories)
    seeder = _Seeder(sink, tables, maker)
    for group in groups(tables, wanted):
        seeder.fill(group, wanted)
    seeder.close_cycles()
    return Seeded(seeder.counts, tuple(seeder.unseeded))


@dataclass
class _Seeder:
    sink: Sink
    tables: Tables
    maker: RowMaker
    counts: dict[TableName, int] = field(default_factory=dict)
    unseeded: list[Unseeded] = field(default_factory=list)
    left_open: list[TableName] = field(default_factory=list)

    def fill(self, group: Sequence[TableName], wanted: Mapping[TableName, int]) -> None:
        """Fill one table, or several that refer to each other."""
        if len(group) > 1:
            self._plan(group)
            try:
                with self.sink.together():
                    for name in group:
                        columns, rows = self._planned_rows(self.tables[name])
                        self.sink.insert(self.tables[name], columns, rows)
                        self.counts[name] = len(rows)
            except (Refused, Unsolvable) as error:
                for name in group:
                    self.counts.pop(name, None)
                    self._give_up(self.tables[name], error, ())
                return
            finally:
                for name in group:
                    self.maker.planned.pop(name, None)
                    self.maker.forget(name)
        for name in group:
            self._fill_table(self.tables[name], wanted[name] - self.counts.get(name, 0))

    def _plan(self, group: Sequence[TableName]) -> None:
        """Decide on the keys of a first row of each table, before any of them is there."""
        for name in group:
            table = self.tables[name]
            referred = {
                column
                for other in group
                for key in self.tables[other].foreign_keys
                if key.table == name
                for column in key.referred
            }
            self.maker.planned[name] = [self.maker.key_values(table, sorted(referred))]

    def _planned_rows(self, table: Table) -> tuple[list[str], list[list[Value]]]:
        row = self.maker.of_kind(table, REAL, self.maker.planned[table.name][0])
        return list(row), [list(row.values())]

    def _fill_table(self, table: Table, count: int) -> None:
        done = 0
        try:
            for kinds in _batches(count):
                done += self._put(table, kinds)
        except Unsolvable as error:
            if not done and not self.counts.get(table.name):
                self._give_up(table, error, ())
                return
        self.counts[table.name] = self.counts.get(table.name, 0) + done
        if done:
            self.maker.forget(table.name)
        if any(not is_hard(table, key) for key in table.foreign_keys):
            self.left_open.append(table.name)

    def _put(self, table: Table, kinds: Sequence[int]) -> int:
        """Put in a batch; one by one where the server refuses it as a whole. The number of rows put in."""
        rows = [self._made(table, kind) for kind in kinds]
        together: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            together.setdefault(tuple(row), []).append(row)
        done = 0
        for columns, alike in together.items():
            try:
                self.sink.insert(table, columns, [list(row.values()) for row in alike])
                done += len(alike)
            except Refused as refused:
                done += self._one_by_one(table, alike[:_ONE_BY_ONE], refused)
        return done

    def _made(self, table: Table, kind: int) -> Row:
        if kind != REAL:
            try:
                return self.maker.of_kind(table, kind)
            except Unsolvable:
                pass  # no row there: then one like all others
        return self.maker.of_kind(table, REAL)

    def _one_by_one(self, table: Table, rows: Sequence[Row], refused: Refused) -> int:
        done, tried = 0, list[Row]()
        left = _TRIES + len(rows)
        waiting = list(rows)
        while waiting and left:
            left -= 1
            row = waiting.pop(0)
            try:
                self.sink.insert(table, list(row), [list(row.values())])
                done += 1
                self.maker.forget(table.name)
            except Refused as error:
                refused = error
                tried.append(row)
                if len(tried) <= _TRIES:
                    try:
                        # A value that this server knows nothing of may be left out.
                        kind = NULLS if len(tried) % 3 == 1 else REAL
                        waiting.append(self.maker.of_kind(table, kind))
                    except Unsolvable:
                        continue
        if not done and not self.counts.get(table.name):
            self._give_up(table, refused, tried[-_SHOWN:])
        return done

    def _give_up(self, table: Table, error: Refused | Unsolvable, tried: Sequence[Row]) -> None:
        if any(each.table == str(table.name) for each in self.unseeded):
            return
        constraint = (error.constraint or error.column) if isinstance(error, Refused) else None
        message = error.message if isinstance(error, Refused) else str(error)
        self.unseeded.append(Unseeded(str(table.name), message, constraint, tuple(map(_shown, tried))))

    def close_cycles(self) -> None:
        """Let a row of each table that could be put in only without a reference have one, now that there are
        rows to refer to."""
        for name in self.left_open:
            table = self.tables[name]
            for key in table.foreign_keys:
                if is_hard(table, key) or not table.primary_key or key.columns == table.primary_key:
                    continue
                if set(key.columns) & set(table.primary_key):
                    continue
                rows = self.sink.sample(table, (*table.primary_key, *key.columns), 1)
                parents = self.maker.parents(table, key)
                width = len(table.primary_key)
                if rows and parents and all(value is None for value in rows[0][width:]):
                    values = list(zip(key.columns, parents[0], strict=True))
                    try:
                        self.sink.update(
                            table, values, list(zip(table.primary_key, rows[0][:width], strict=True))
                        )
                    except Refused:
                        continue  # it can do without


def _batches(count: int) -> Iterator[list[int]]:
    """The kinds of `count` rows: one real one, one of each other kind, and real ones after that."""
    kinds = [_KINDS[number] if number < len(_KINDS) else REAL for number in range(min(count, _BATCH))]
    while count > 0:
        yield kinds[:count]
        count -= len(kinds)
        kinds = [REAL] * _BATCH


def _shown(row: Row) -> ShownRow:
    return tuple((name, None if value is None else str(value)) for name, value in row.items())
