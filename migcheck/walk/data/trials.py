"""Hostile rows, inside a worker process: put in, and the steps run on them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from migcheck.compare.rows import fate
from migcheck.dialects.data import Data
from migcheck.model import StepError
from migcheck.model.data import Contents, DataChange, Row, TableContents, Trial
from migcheck.model.tables import Tables
from migcheck.seeding import Refused, RowMaker, Unsolvable
from migcheck.seeding.hostile import Hostile, put
from migcheck.seeding.written import faced
from migcheck.walk.data.offenders import remove_offenders
from migcheck.walk.data.sowing import Sower
from migcheck.walk.jobs import Tried, Try
from migcheck.walk.runner import Runner, StepFailed

UP, DOWN = "upgrade", "downgrade"
_TRIES = 6  # to put in a row that is like all others


@dataclass(frozen=True, slots=True)
class HostileRow:
    """A hostile row that the schema took, by its number among those of the step, and what stands in its table
    since then."""

    number: int
    row: Hostile
    contents: TableContents

    def trial(
        self, direction: str, error: StepError | None = None, destroyed: tuple[DataChange, ...] = ()
    ) -> Trial:
        """What the step made of it. Where it was neither refused nor changed, and a constraint that is not
        validated forbids it, the constraint is broken from now on."""
        columns = self.contents.columns
        rows: tuple[Row, ...] = tuple(
            tuple(zip(columns, values, strict=True)) for values in self.contents.rows or ()
        )
        row, constraint = self.row, self.row.constraint
        violated = (
            direction == UP
            and error is None
            and not destroyed
            and not (getattr(constraint, "validated", True) and getattr(constraint, "enforced", True))
        )
        return Trial(
            direction, row.kind, str(row.table), row.columns, rows, row.why, constraint, error,
            destroyed, violated,
        )  # fmt: skip


def put_in(
    data: Data, maker: RowMaker, tables: Tables, rows: Iterable[tuple[int, Hostile]]
) -> Iterable[HostileRow]:
    """Put in those rows that the schema takes, one after the other as they are asked for."""
    for number, row in rows:
        if row.table not in tables:
            continue
        table = replace(tables[row.table], holds_rows=True)  # of a partition too, whose rows are its root's
        before = data.contents([table]).tables[row.table]
        if not _taken(data, maker, row):
            continue  # so it is no row that production could have
        after = data.contents([table]).tables[row.table]
        yield HostileRow(number, row, _added(before, after))


def _taken(data: Data, maker: RowMaker, row: Hostile) -> bool:
    """Whether a row goes in. One with nothing special about it may meet one that is there by chance."""
    for _ in range(_TRIES if row.kind == "written" else 1):
        try:
            put(maker, data, row)
        except (Refused, Unsolvable):
            continue
        return True
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


class Trials:
    """Runs a `Try`: on a copy of the database, which is spoilt by it."""

    def __init__(self, runner: Runner, job: Try, data: Data) -> None:
        self.runner, self.job, self.data = runner, job, data
        self.sower = Sower(runner, data, job.seeding, {})
        dialect = runner.dialect.name
        self.rows = {
            UP: faced(job.before, job.after, dialect=dialect, moves=UP in job.moves),
            DOWN: faced(job.after, job.before, dialect=dialect, moves=DOWN in job.moves) if job.down else (),
        }

    def run(self) -> Tried:
        """Try one row, or all in company: first those of the upgrade, then those of the downgrade."""
        remove_offenders(self.data, self.data.tables(), self.rows[UP])
        if self.job.chosen is not None:
            return Tried(tuple(self._alone(*self.job.chosen)))
        ups = self._put(UP)
        before = self._contents()
        if (error := self._run(UP)) is not None:
            downs = [(DOWN, number) for number in range(len(self.rows[DOWN]))]
            if len(ups) == 1:
                return Tried((ups[0].trial(UP, error),), tuple(downs))
            return Tried((), (*((UP, each.number) for each in ups), *downs))
        trials = self._survived(ups, before)
        downs_put = self._put(DOWN)
        if downs_put and self._run(DOWN) is not None:
            return Tried(tuple(trials), tuple((DOWN, each.number) for each in downs_put))
        return Tried((*trials, *(each.trial(DOWN) for each in downs_put)))

    def _alone(self, direction: str, number: int) -> list[Trial]:
        if direction == DOWN:
            if self._run(UP) is not None:
                return []  # the upgrade's own trials tell of that
            remove_offenders(self.data, self.data.tables(), self.rows[DOWN])
        put = self._put(direction, number)
        before = self._contents()
        error = self._run(direction) if put else None
        if error is not None or direction == DOWN:
            return [each.trial(direction, error) for each in put]
        return self._survived(put, before)

    def _survived(self, put: Sequence[HostileRow], before: Contents) -> list[Trial]:
        after = self._contents()
        return [
            replace(
                each.trial(UP, None, gone := destroyed(each, before, after)),
                violated=self._violates(each, gone),
            )
            for each in put
        ]

    def _violates(self, put: HostileRow, gone: tuple[DataChange, ...]) -> bool:
        """Whether the row is there still, in breach of a constraint that the schema has by now."""
        table = self.data.tables().get(put.row.table)
        if gone or table is None or put.row.constraint not in table.constraints:
            return False
        try:
            return bool(self.data.violators(table, put.row.constraint, 1))
        except Refused:
            return False

    def _run(self, direction: str) -> StepError | None:
        try:
            self.runner.run_each((self.job.revision,), direction, single=self.job.look.single)
        except StepFailed as failed:
            return failed.error
        return None

    def _contents(self) -> Contents:
        return self.sower.look().contents

    def _put(self, direction: str, only: int | None = None) -> list[HostileRow]:
        tables = self.data.tables()
        maker = self.sower.maker(tables, f"{self.job.revision} {direction}")
        numbered = ((n, row) for n, row in enumerate(self.rows[direction]) if only in (None, n))
        return list(put_in(self.data, maker, tables, numbered))


def destroyed(put: HostileRow, before: Contents, after: Contents) -> tuple[DataChange, ...]:
    """What an upgrade that got along with a hostile row has made of it."""
    if put.row.table not in before.tables:
        return ()  # a partition's
    return fate(put.row.table, put.contents, before, after, now=time.time())
