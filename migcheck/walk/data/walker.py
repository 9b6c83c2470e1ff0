"""The walk with rows, inside a worker process: the same steps, and a look at the rows after each."""

from __future__ import annotations

import time
from dataclasses import replace

from alembic.runtime.migration import MigrationContext

from migcheck.compare.rows import data_changes
from migcheck.dialects.data import Data
from migcheck.model import Leak, Step
from migcheck.model.data import Contents, DataChange, RevisionData, Unseeded
from migcheck.model.tables import Fits, Tables
from migcheck.seeding import Refused
from migcheck.seeding.written import faced
from migcheck.walk.data.constraints import Constraints
from migcheck.walk.data.in_place import Inconclusive, InPlace
from migcheck.walk.data.offenders import remove_offenders
from migcheck.walk.data.sowing import Sower
from migcheck.walk.data.trials import put_in
from migcheck.walk.jobs import DataWalk, DataWalked, Moment
from migcheck.walk.runner import Runner
from migcheck.walk.stepper import Stepper


class DataWalker(Stepper):
    """Runs the tasks of a `DataWalk`."""

    def __init__(self, runner: Runner, job: DataWalk, data: Data) -> None:
        super().__init__(runner, job.tasks, single=job.look.single)
        self.job, self.data = job, data
        self.sower = Sower(runner, data, job.seeding, job.sown)
        self.before: Moment | None = None
        self.after: Moment | None = None
        self.reverted: Moment | None = None
        self.now: Moment | None = None
        self.evidence: dict[str, RevisionData] = {}
        self.unseeded = job.unseeded
        self._to_sow = job.sow
        self._context: MigrationContext | None = None

    def walk(self) -> DataWalked:
        """Run all tasks, or up to the first that spoils the database."""
        self._remove()
        self.run()
        unseeded: tuple[Unseeded, ...] = ()
        if self.suspect is None and self.job.sow_next is not None:
            self.now = self.sower.sow(self.job.sow_next, self.now)
            unseeded = self.sower.unseeded
        return DataWalked(
            tuple(self.evidence.values()),
            self.suspect,
            self.sower.sown,
            unseeded,
            self.before,
            self.after,
            self.reverted,
            self.now,
            self.sower.filled,
        )

    def begin(self, context: MigrationContext) -> None:
        """Before an upgrade put rows in and look at all there are; before either try what breaks it."""
        revision, phase = self.tasks[self.position]
        target = self.job.targets.get(revision)
        # In single runs the rows after a step come when env.py has ended, in a run of their own.
        self._context = None if self.job.look.single else context
        if phase == "upgrade":
            if self._to_sow:
                self.before = self.sower.sow(revision, self.now, context)
                self.unseeded = self.sower.unseeded
            else:
                self.before = self.sower.look()
            self._to_sow, self.after, self.reverted = True, None, None
            if target is not None and self.sower.fill(self.before, target):
                self.before = self.sower.look(self.before.tables)
            self.evidence[revision] = RevisionData(
                revision, seeded=_rows(self.before.contents), unseeded=self.unseeded
            )
            if target is not None:
                self._face(context, self.before.tables, target)
        elif phase == "downgrade" and target is not None:
            assert self.before is not None and self.after is not None
            self._face(context, self.after.tables, self.before.tables)

    def _face(self, context: MigrationContext, tables: Tables, coming: Tables) -> None:
        """Try the rows that `tables` take and those to which the step leads do not."""
        revision, phase = task = self.tasks[self.position]
        rows = faced(tables, coming, dialect=self.runner.dialect.name, moves=task in self.job.moves)
        if not rows:
            return
        in_place = revision in self.job.in_place
        if phase == "upgrade" and remove_offenders(self.data, tables, rows, misfits=in_place):
            self.before = self.sower.look(tables)
        if not in_place:
            return
        maker = self.sower.maker(tables, f"{revision} {phase}")
        try:
            trials = InPlace(self.runner, self.data).trials(context, task, rows, tables, coming, maker)
        except Inconclusive:
            self.suspect = revision
            return
        seen = self.evidence[revision]
        self.evidence[revision] = replace(seen, trials=(*seen.trials, *trials))
        # What a new type does to values that it does not fit, and whether the way down gives them back.
        survived = [trial.constraint for trial in trials if trial.error is None]
        fits = [r for r in rows if isinstance(r.constraint, Fits) and r.constraint in survived]
        if phase == "upgrade" and list(put_in(self.data, maker, tables, enumerate(fits))):
            self.before = self.sower.look(tables)

    def finish(self, leaks: tuple[Leak, ...]) -> None:
        """Look at the rows after the task that ran, and go on to the next."""
        revision, phase = self.tasks[self.position]
        step, since = self.step(phase, leaks), self._since(phase)
        # What goes round SQLAlchemy is not among the statements; it shows in the last look at a revision,
        # which is then tried again by itself, with looks at everything.
        goes_on = any(following == revision for following, _ in self.tasks[self.position + 1 :][:1])
        all_told = goes_on and self.tasks[0][0] != self.tasks[-1][0]
        statements = [each.sql for each in step.statements] if all_told else None
        self.now = self.sower.look(self._tables_after(revision, phase), since, statements)
        seen = self.evidence[revision]
        assert self.before is not None
        if phase == "upgrade":
            self.after = self.now
            last = self.job.last and revision == self.tasks[-1][0]
            constraints = Constraints(self.data, self.sower.maker(self.now.tables, f"{revision} constraints"))
            seen = replace(
                seen,
                upgrade=step,
                changed=changes(self.before, self.now, moved=True),
                breaches=constraints.breaches(self.before, self.now, everything=last),
            )
        elif phase == "downgrade":
            self.reverted = self.now
            not_back = tuple(c for c in changes(self.before, self.now) if c.what != "rows added")
            seen = replace(seen, downgrade=step, not_back=not_back)
        else:
            assert self.after is not None
            repeated = () if self._as_before() else changes(self.after, self.now)
            seen = replace(seen, reupgrade=step, repeated=repeated)
        self.evidence[revision] = seen
        self.advance()
        finished = self.position == len(self.tasks) or self.tasks[self.position][0] != revision
        if finished and (own := self.job.seeding.own.after(revision)):
            self.sower.put_in(own, self._context)
            self.now = None
        if finished and (seen.not_back or seen.repeated):
            self.suspect = revision

    def _since(self, phase: str) -> Moment | None:
        """The moment before a task."""
        return {"upgrade": self.before, "downgrade": self.after, "reupgrade": self.reverted}[phase]

    def _tables_after(self, revision: str, phase: str) -> Tables | None:
        """The tables to which a task leads, where the schema's walk has shown them. A step that takes
        something away may think better of it when there are rows."""
        target = self.job.targets.get(revision)
        if target is not None and self.before is not None and _takes_away(self.before.tables, target):
            return None
        if phase == "upgrade":
            return target
        known = self.before if phase == "downgrade" else self.after
        return known.tables if known is not None and revision in self.job.exact else None

    def _as_before(self) -> bool:
        """Whether the downgrade brought back just the rows that were there: what a second upgrade of the same
        rows gives otherwise is the clock's, a random number's or a sequence's doing."""
        assert self.before is not None
        return self.reverted is not None and not changes(self.before, self.reverted)

    def failed(self, error: BaseException) -> None:
        """A step that fails on rows spoils the database, unless there is no way down at all."""
        revision, phase = self.tasks[self.position]
        step = self.step(phase, error=self.runner.failure(error))
        if self.has_no_way_down(error, step):
            return
        self.evidence[revision] = self.evidence[revision].with_step(phase, step)
        self.suspect = revision

    def irreversible(self, reason: str, step: Step | None = None) -> None:
        """See `Stepper.irreversible`; that there is no way down is told by the schema's walk. The look after
        the upgrade was not the last one at the revision, as it should have been."""
        self.now = None

    def _remove(self) -> None:
        tables = self.data.tables() if self.job.remove else {}
        for name, constraint in self.job.remove:
            if name in tables:
                try:
                    self.data.remove(tables[name], constraint)
                except Refused:
                    continue  # then the step shows whether they matter


def changes(before: Moment, after: Moment, *, moved: bool = False) -> tuple[DataChange, ...]:
    """What differs between the rows of two moments, the clock's doing left out."""
    return data_changes(before.contents, after.contents, now=time.time(), moved=moved)


def _takes_away(before: Tables, after: Tables) -> bool:
    """Whether a table or a column is not there any more."""
    return any(
        table.name not in after or any(after[table.name].column(c.name) is None for c in table.columns)
        for table in before.values()
    )


def _rows(contents: Contents) -> int:
    return sum(table.count for table in contents.tables.values())
