"""Putting rows in before a revision's upgrade: the user's own, and rows for every table."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep

from migcheck.dialects.data import Data
from migcheck.errors import DatabaseError
from migcheck.model.data import Contents, SequenceState, TableContents, Unseeded
from migcheck.model.tables import Table, TableName, Tables
from migcheck.project import own_rows, session
from migcheck.seeding import Refused, RowMaker, Unsolvable, seed
from migcheck.seeding.own import SeedingSpec
from migcheck.walk.jobs import Moment
from migcheck.walk.runner import Runner

_FEW = 5  # rows below which a table gets some again


def look(
    data: Data,
    tables: Tables | None = None,
    since: Moment | None = None,
    statements: Sequence[str] | None = None,
) -> Moment:
    """The tables and their rows as they are; `tables`, where they are known.

    Where `statements` are all that was run `since` a moment, only what they can have changed is read again.
    """
    if tables is not None:
        with suppress(DatabaseError):  # they are other ones where rows have decided on them
            return Moment(tables, _contents(data, tables, since, statements))
    tables = data.tables()
    return Moment(tables, _contents(data, tables, since, statements))


def _contents(data: Data, tables: Tables, since: Moment | None, statements: Sequence[str] | None) -> Contents:
    if since is None or statements is None:
        return data.contents(tables.values())
    touched = data.touched(statements, {**since.tables, **tables})
    return data.contents(tables.values()) if touched is None else updated(data, tables, since, touched)


def updated(data: Data, tables: Tables, since: Moment, touched: Container[TableName]) -> Contents:
    """The rows of `tables`: as at the moment `since` in those not `touched` that are as they were."""
    old = since.contents
    stale = {n for n, table in tables.items() if n in touched or since.tables.get(n) != table}
    fresh = data.contents(tables.values(), stale)
    merged = {name: (fresh if name in stale else old).tables.get(name) for name in tables}
    states: dict[TableName, list[SequenceState]] = {}
    for state in (*(s for s in old.sequences if s.table not in stale), *fresh.sequences):
        states.setdefault(state.table, []).append(state)
    return Contents(
        {name: held for name, held in merged.items() if held is not None},
        tuple(state for name in tables for state in states.get(name, ())),
    )


class Sower:
    """Keeps the tables of one database filled. `sown` are the tables as they were when they last got rows,
    `filled` the columns that the user's factories could fill."""

    def __init__(self, runner: Runner, data: Data, seeding: SeedingSpec, sown: Tables) -> None:
        self.sown: dict[TableName, Table] = dict(sown)
        self.filled: frozenset[tuple[str, str]] = frozenset()
        self._runner = runner
        self._data = data
        self._seeding = seeding
        self._unseeded: tuple[Unseeded, ...] = ()
        self._seen: Tables | None = None
        self._full: dict[TableName, Table] = {}  # tables that took no row more

    def look(
        self,
        tables: Tables | None = None,
        since: Moment | None = None,
        statements: Sequence[str] | None = None,
    ) -> Moment:
        """The tables and their rows as they are, see `look`."""
        return look(self._data, tables, since, statements)

    def maker(self, tables: Tables, salt: str) -> RowMaker:
        """Makes single rows for these tables, other ones for each `salt`."""
        return RowMaker(
            tables,
            self._data,
            dialect=self._runner.dialect.name,
            random_seed=self._seeding.random_seed,
            salt=salt,
            factories=self._seeding.own.factories,
        )

    @property
    def unseeded(self) -> tuple[Unseeded, ...]:
        """The tables that no row could be put into."""
        return self._unseeded

    def sow(
        self, revision: str, now: Moment | None = None, context: MigrationContext | None = None
    ) -> Moment:
        """Put in what belongs before the upgrade of `revision`; the moment after that.

        `now` is the present moment, where it is known; `context` Alembic's, within a run of env.py.
        """
        if own := self._seeding.own.before(revision):
            self.put_in(own, context)
            now = None
        if now is None:
            now = self.look()
        self.filled |= self._seeding.own.filled(now.tables)
        wanted = {table.name: count for table in now.tables.values() if (count := self._wanted(table, now))}
        if wanted:
            seeded = seed(
                self._data,
                now.tables,
                wanted,
                dialect=self._runner.dialect.name,
                random_seed=self._seeding.random_seed,
                salt=revision,
                factories=self._seeding.own.factories,
            )
            now = self._sown(now, wanted)
            self._full |= {name: now.tables[name] for name in wanted if not seeded.counts.get(name)}
            filled = {str(name) for name, held in now.contents.tables.items() if held.count}
            self._unseeded = tuple(each for each in seeded.unseeded if each.table not in filled)
        self.sown, self._seen = dict(now.tables), now.tables
        return now

    def _sown(self, now: Moment, wanted: Mapping[TableName, int]) -> Moment:
        """The moment after rows have come into the tables that are `wanted`."""
        triggers = any(now.tables[name].triggers or now.tables[name].later_triggers for name in wanted)
        if triggers or self._data.touched((), {}) is None:
            return self.look(now.tables)
        return Moment(now.tables, updated(self._data, now.tables, now, wanted))

    def put_in(self, own: Iterable[Any], context: MigrationContext | None = None) -> None:
        """Put in rows of the user's own. Raises UsageError for one that does not go in."""
        for each in own:
            if context is None:
                self._within_env(each)
            else:
                data, tables = self._data, self._data.tables()
                own_rows.put_in(each, data.execute, data.insert, tables, context.connection)
                session.commit(context)

    def _within_env(self, own: Any) -> None:
        def drive(_heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
            session.commit(context)
            self.put_in([own], context)
            return ()

        self._runner.project.run(drive)

    def _wanted(self, table: Table, now: Moment) -> int:
        """How many rows a table is to get: all at first, some when rows are gone, and again when it had none
        and something else is other."""
        rows, before = self._seeding.rows, self.sown.get(table.name)
        if not table.takes_rows or not rows:
            return 0
        if before is None:
            return rows
        held = now.contents.tables.get(table.name)
        if held is not None and held.count < min(rows, _FEW):
            if self._full.get(table.name) == table and (held.count or self._seen == now.tables):
                return 0  # nothing is other than when no row went in
            return min(rows, _FEW) - held.count
        return 0

    def fill(self, now: Moment, target: Tables) -> bool:
        """Give values to columns that have none and that `target` lacks or has otherwise: whether any.

        A column that a revision adds stays empty until then, as in production until somebody uses it: what
        goes into it, a later backfill may be about to decide.
        """
        filled = False
        for table in now.tables.values():
            held, then = now.contents.tables.get(table.name), target.get(table.name)
            if held is None or not held.rows or not held.key or then is None:
                continue
            for place, column in enumerate(held.columns):
                known = table.column(column)
                touched = known is not None and (then.column(column) != known)
                if touched and all(row[place] is None for row in held.rows):
                    filled |= self._fill(now.tables, table, held, column)
        return filled

    def _fill(self, tables: Tables, table: Table, held: TableContents, column: str) -> bool:
        maker, filled = self.maker(tables, f"fill {column}"), False
        for row in (held.rows or ())[:_FEW]:
            told = dict(zip(held.columns, row, strict=True))
            try:
                value = maker.row(table, {}).get(column)
                if value is not None:
                    self._data.update(table, [(column, value)], [(name, told[name]) for name in held.key])
                    filled = True
            except (Refused, Unsolvable):
                continue  # it stays empty
        return filled
