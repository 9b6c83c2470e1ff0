"""The walk itself, inside a worker process: upgrade, downgrade, upgrade again, and a look after each."""

from __future__ import annotations

from dataclasses import replace

from alembic.runtime.migration import MigrationContext

from migcheck.compare import differences
from migcheck.dialects.data import Data
from migcheck.model import Leak, RevisionEvidence, Step
from migcheck.model.tables import Tables
from migcheck.walk import plan
from migcheck.walk.data.interest import only_adds
from migcheck.walk.jobs import Walk, Walked, delta
from migcheck.walk.runner import Runner
from migcheck.walk.stepper import Stepper


class Walker(Stepper):
    """Runs the tasks of a `Walk` and records the schema after each."""

    def __init__(self, runner: Runner, job: Walk, data: Data | None = None) -> None:
        """`data` reads the tables where they are to be told."""
        super().__init__(runner, job.tasks, single=job.look.single)
        self.now = runner.snapshot()
        self.before = job.before if job.before is not None else self.now
        self.after = job.after
        self.evidence: dict[str, RevisionEvidence] = {}
        self._data = data
        self._targets: dict[str, Tables] = {}

    def walk(self) -> Walked:
        """Run all tasks, or up to the first that makes its revision suspect."""
        self.run()
        return Walked(
            tuple(self.evidence.values()), self.suspect, self.before, self.after, self.now, self._targets
        )

    def begin(self, context: MigrationContext) -> None:
        """See `Stepper.begin`: the look after a task is the look before the next."""

    def irreversible(self, reason: str, step: Step | None = None) -> None:
        """See `Stepper.irreversible`."""
        revision = self.tasks[self.position][0]
        self.evidence[revision] = replace(self._of(revision), irreversible=reason, downgrade=step)
        self._complete(revision)

    def finish(self, leaks: tuple[Leak, ...]) -> None:
        """Look at the schema after the task that ran, and go on to the next."""
        revision, phase = self.tasks[self.position]
        # What the statements do not tell of and brief looks miss differs in the last one: then each task is
        # tried again by itself, with a thorough look.
        brief = phase != "reupgrade" and len(self.tasks) > 1
        step, then, self.now = self.step(phase, leaks), self.now, self.runner.snapshot(brief)
        seen = self._of(revision)
        if phase == "upgrade":
            self.before, self.after = then, self.now
            seen = replace(seen, upgrade=step, applied=differences(then, self.now))
            if self._data is not None and not only_adds(seen):
                self._targets[revision] = self._data.tables()
        elif phase == "downgrade":
            seen = replace(seen, downgrade=step, reverted=self.runner.compare(self.before, self.now))
        else:
            assert self.after is not None
            seen = replace(seen, reupgrade=step, reapplied=self.runner.compare(self.after, self.now))
        self.evidence[revision] = seen
        self.advance()
        if plan.semantic((seen.reverted or ()) + (seen.reapplied or ())):
            self.suspect = revision
        elif phase == "reupgrade":
            self._complete(revision)

    def failed(self, error: BaseException) -> None:
        """Look at what the step left that failed; its revision is suspect, unless it has no way down."""
        revision, phase = self.tasks[self.position]
        step = self.step(phase, error=self.runner.failure(error))
        then, self.now = self.now, self.runner.snapshot()
        step = replace(step, left=differences(then, self.now))
        if then.objects == self.now.objects and self.has_no_way_down(error, step):
            return
        self.evidence[revision] = plan.with_step(self._of(revision), phase, step)
        self.suspect = revision

    def _of(self, revision: str) -> RevisionEvidence:
        return self.evidence.get(revision) or RevisionEvidence(revision)

    def _complete(self, revision: str) -> None:
        back, tables = delta(self.now, self.before), self._targets.pop(revision, None)
        self.runner.tell(("verified", self.evidence.pop(revision), back, tables))
