"""The walk itself, inside a worker process: upgrade, downgrade, upgrade again, and a look after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep

from migcheck.checks.causes import is_not_implemented
from migcheck.compare import differences
from migcheck.model import Leak, RevisionEvidence, Step, StepError
from migcheck.project import session, words
from migcheck.walk import plan
from migcheck.walk.jobs import Walk, Walked, delta
from migcheck.walk.runner import Runner


class Walker:
    """Runs the tasks of a `Walk`, in as few runs of env.py as possible.

    A run of env.py ends, and the next begins, where a step failed (Alembic ends it), where a step left
    session state behind, and after each step when env.py calls run_migrations several times.
    """

    def __init__(self, runner: Runner, job: Walk) -> None:
        self.runner = runner
        self.job = job
        self.position = 0
        self.now = runner.snapshot()
        self.before = job.before if job.before is not None else self.now
        self.after = job.after
        self.evidence: dict[str, RevisionEvidence] = {}
        self.suspect: str | None = None

    def walk(self) -> Walked:
        """Run all tasks, or up to the first that makes its revision suspect."""
        drive = self._drive_single if self.job.look.single else self._drive
        while self._unfinished():
            error = self.runner.attempt(drive)
            if error is not None:
                self._failed(error)
            elif self.runner.running is not None:
                self._finish(())  # in single runs the look comes after env.py has ended
        return Walked(tuple(self.evidence.values()), self.suspect, self.before, self.after, self.now)

    def _unfinished(self) -> bool:
        return self.position < len(self.job.tasks) and self.suspect is None

    def _drive(self, _heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
        dialect = self.runner.dialect
        at_start = session.state(dialect, context)
        while self._unfinished():
            if self._nothing_to_run():
                continue
            self.runner.recorder.clear()
            revision, phase = self.job.tasks[self.position]
            yield self.runner.step(revision, phase)
            session.commit(context)
            ran = [each.sql for each in self.runner.recorder.statements]
            asking = session.may_leave_state(dialect, ran)
            found = session.state(dialect, context, ran) if asking else at_start
            self.runner.running = None
            self._finish(session.leaks(at_start or {}, found))
            if found != at_start:
                return

    def _drive_single(self, _heads: Any, _context: MigrationContext) -> Iterator[MigrationStep]:
        if self.runner.running is None:  # not for the further contexts of the same run of env.py
            if self._nothing_to_run():
                return
            self.runner.recorder.clear()
        yield self.runner.step(*self.job.tasks[self.position])

    def _nothing_to_run(self) -> bool:
        """Step over the way down (and up again) of a revision that has none; True when it did."""
        revision, phase = self.job.tasks[self.position]
        if phase != "downgrade":
            return False
        info = self.runner.project.revisions.info(revision)
        if info.irreversible is None and info.downgrade_line is not None:
            return False
        self._irreversible(revision, info.irreversible or "it has no downgrade()")
        return True

    def _irreversible(self, revision: str, reason: str, step: Step | None = None) -> None:
        self.evidence[revision] = replace(self._of(revision), irreversible=reason, downgrade=step)
        self._complete(revision)
        while self.position < len(self.job.tasks) and self.job.tasks[self.position][0] == revision:
            self.position += 1

    def _of(self, revision: str) -> RevisionEvidence:
        return self.evidence.get(revision) or RevisionEvidence(revision)

    def _step(self, phase: str, leaks: tuple[Leak, ...] = (), error: StepError | None = None) -> Step:
        recorder = self.runner.recorder
        direction = plan.direction(phase)
        fresh = len(self.job.tasks) == 1
        return Step(direction, recorder.seconds, tuple(recorder.statements), error, leaks, fresh)

    def _finish(self, leaks: tuple[Leak, ...]) -> None:
        """Look at the schema after the task that ran, and go on to the next."""
        revision, phase = self.job.tasks[self.position]
        # What the statements do not tell of and brief looks miss differs in the last one: then each task is
        # tried again by itself, with a thorough look.
        brief = phase != "reupgrade" and len(self.job.tasks) > 1
        step, then, self.now = self._step(phase, leaks), self.now, self.runner.snapshot(brief)
        seen = self._of(revision)
        if phase == "upgrade":
            self.before, self.after = then, self.now
            seen = replace(seen, upgrade=step, applied=differences(then, self.now))
        elif phase == "downgrade":
            seen = replace(seen, downgrade=step, reverted=self.runner.compare(self.before, self.now))
        else:
            assert self.after is not None
            seen = replace(seen, reupgrade=step, reapplied=self.runner.compare(self.after, self.now))
        self.evidence[revision] = seen
        self.position += 1
        if plan.semantic((seen.reverted or ()) + (seen.reapplied or ())):
            self.suspect = revision
        elif phase == "reupgrade":
            self._complete(revision)

    def _complete(self, revision: str) -> None:
        self.runner.tell(("verified", self.evidence.pop(revision), delta(self.now, self.before)))

    def _failed(self, error: BaseException) -> None:
        revision, phase = self.job.tasks[self.position]
        step = self._step(phase, error=self.runner.failure(error))
        then, self.now = self.now, self.runner.snapshot()
        step = replace(step, left=differences(then, self.now))
        if phase == "downgrade" and is_not_implemented(step.error) and then.objects == self.now.objects:
            self._irreversible(revision, words(error) or "downgrade() raises NotImplementedError", step)
            return
        self.evidence[revision] = plan.with_step(self._of(revision), phase, step)
        self.suspect = revision
