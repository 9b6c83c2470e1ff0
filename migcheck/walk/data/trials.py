"""Hostile rows, inside a worker process: put in on a fork, and the steps run on them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from migcheck.compare.rows import fate
from migcheck.dialects.data import KEPT, Data
from migcheck.model import StepError
from migcheck.model.data import Contents, Row, TableContents, Trial
from migcheck.model.tables import TableName, Tables
from migcheck.seeding import Refused, Unsolvable
from migcheck.seeding.hostile import Hostile, hostile, put
from migcheck.walk.data.sowing import Sower
from migcheck.walk.jobs import Offenders, Tried, Try
from migcheck.walk.runner import Runner, StepFailed

UP, DOWN = "upgrade", "downgrade"


def hostile_rows(job: Try, dialect: str) -> dict[str, tuple[Hostile, ...]]:
    """The hostile rows of each direction, numbered by their places."""
    return {
        UP: hostile(job.before, job.after, dialect=dialect),
        DOWN: hostile(job.after, job.before, dialect=dialect) if job.down else (),
    }


@dataclass(frozen=True, slots=True)
class _Put:
    """A hostile row that the schema took, and what stands in the table since then."""

    number: int
    row: Hostile
    contents: TableContents


class Trials:
    """Runs a `Try`."""

    def __init__(self, runner: Runner, job: Try, data: Data) -> None:
        self.runner, self.job, self.data = runner, job, data
        self.sower = Sower(runner, data, job.seeding, {})
        self.rows = hostile_rows(job, runner.dialect.name)
        self.offenders: list[Offenders] = []

    def run(self) -> Tried:
        """Try one row, or all in company: first those of the upgrade, then those of the downgrade."""
        self._remove_offenders(self.rows[UP])
        if self.job.chosen is not None:
            return self._tried(self._alone(*self.job.chosen))
        ups = self._put(UP)
        before = self._contents()
        if (error := self._run(UP)) is not None:
            downs = [(DOWN, number) for number in range(len(self.rows[DOWN]))]
            if len(ups) == 1:
                return self._tried([self._trial(UP, ups[0], before, error)], downs)
            return self._tried([], [*((UP, each.number) for each in ups), *downs])
        trials = [self._trial(UP, each, before) for each in ups]
        downs_put = self._put(DOWN)
        if not downs_put:
            return self._tried(trials)
        if self._run(DOWN) is not None:
            return self._tried(trials, [(DOWN, each.number) for each in downs_put])
        return self._tried(trials + [self._trial(DOWN, each, before) for each in downs_put])

    def _tried(self, trials: Sequence[Trial], again: Sequence[tuple[str, int]] = ()) -> Tried:
        return Tried(tuple(trials), tuple(again), tuple(self.offenders))

    def _alone(self, direction: str, number: int) -> list[Trial]:
        if direction == DOWN:
            if self._run(UP) is not None:
                return []  # the upgrade's own trials tell of that
            self._remove_offenders(self.rows[DOWN])
        put_in = self._put(direction, number)
        if not put_in:
            return []
        before = self._contents()
        return [self._trial(direction, put_in[0], before, self._run(direction))]

    def _run(self, direction: str) -> StepError | None:
        try:
            self.runner.run_each((self.job.revision,), direction, single=self.job.look.single)
        except StepFailed as failed:
            return failed.error
        return None

    def _contents(self) -> Contents:
        return self.sower.look().contents

    # -- putting in

    def _remove_offenders(self, rows: Sequence[Hostile]) -> None:
        """Delete ordinary rows that break what is coming, so that it is clear what breaks the step."""
        tables = self.data.tables()
        for row in rows:
            table = tables.get(row.table)
            if table is None or row.constraint is None:
                continue
            try:
                rows = self.data.violators(table, row.constraint, KEPT)
                if rows:
                    self.offenders.append(Offenders(row.table, row.constraint, rows))
                    self.data.remove(table, row.constraint)
            except Refused:
                continue  # of a column that is still to come, say

    def _put(self, direction: str, only: int | None = None) -> list[_Put]:
        """Put in the rows of a direction that the schema takes."""
        tables = self.data.tables()
        maker = self.sower.maker(tables, f"{self.job.revision} {direction}")
        found = []
        for number, row in enumerate(self.rows[direction]):
            if only not in (None, number) or row.table not in tables:
                continue
            before = self._table(row.table, tables)
            try:
                put(maker, self.data, row)
            except (Refused, Unsolvable):
                continue  # so it is no row that production could have
            found.append(_Put(number, row, _added(before, self._table(row.table, tables))))
        return found

    def _table(self, name: TableName, tables: Tables) -> TableContents:
        """The rows of one table, also of a partition, whose rows are its root's."""
        return self.data.contents([replace(tables[name], holds_rows=True)]).tables[name]

    # -- telling

    def _trial(self, direction: str, put_in: _Put, before: Contents, error: StepError | None = None) -> Trial:
        row, contents = put_in.row, put_in.contents
        rows: tuple[Row, ...] = tuple(
            tuple(zip(contents.columns, values, strict=True)) for values in contents.rows or ()
        )
        trial = Trial(
            direction,
            row.kind,
            str(row.table),
            row.columns,
            rows,
            row.why,
            row.constraint,
            error,
        )
        if error is not None or direction == DOWN:
            return trial
        after = self._contents()
        destroyed = ()
        if row.table in before.tables:
            destroyed = fate(row.table, contents, before, after, now=time.time())
        return replace(trial, destroyed=destroyed, violated=not destroyed and self._violates(row))

    def _violates(self, row: Hostile) -> bool:
        table = self.data.tables().get(row.table)
        if table is None or row.constraint not in table.constraints:
            return False
        try:
            return bool(self.data.violators(table, row.constraint, 1))
        except Refused:
            return False


def _added(before: TableContents, after: TableContents) -> TableContents:
    """The rows of `after` that `before` has not; those of a table too large to tell them are all left out."""
    if before.rows is None or after.rows is None:
        return replace(after, rows=(), count=0)
    rest = Counter(before.rows)
    rows = []
    for row in after.rows:
        if rest[row]:
            rest[row] -= 1
        else:
            rows.append(row)
    return replace(after, rows=tuple(rows), count=len(rows))
