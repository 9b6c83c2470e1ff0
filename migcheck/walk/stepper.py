"""Running the steps of a walk, inside a worker process, and calling back around each of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep

from migcheck.checks.causes import is_not_implemented
from migcheck.model import Leak, Step, StepError
from migcheck.project import session, words
from migcheck.walk import plan
from migcheck.walk.runner import Runner


class Stepper(ABC):
    """Runs `tasks`, pairs of a revision and a phase, in as few runs of env.py as possible.

    A run of env.py ends, and the next begins, where a step failed (Alembic ends it), where a step left
    session state behind, and after each step when env.py calls run_migrations several times (`single`).
    Breaks off once `suspect` names a revision.
    """

    def __init__(self, runner: Runner, tasks: tuple[tuple[str, str], ...], *, single: bool) -> None:
        self.runner = runner
        self.tasks = tasks
        self.position = 0
        self.suspect: str | None = None
        self._single = single

    # -- what is done around the steps

    @abstractmethod
    def begin(self, context: MigrationContext) -> None:
        """Called before each step, within env.py's run; the migration's session holds no transaction then.
        May name a suspect: then the step is not run."""

    @abstractmethod
    def finish(self, leaks: tuple[Leak, ...]) -> None:
        """Called after the task that ran: look, and `advance` to the next."""

    @abstractmethod
    def failed(self, error: BaseException) -> None:
        """Called when the task ended with `error`: names a suspect, or goes on all the same."""

    @abstractmethod
    def irreversible(self, reason: str, step: Step | None = None) -> None:
        """Called instead of the way down of a revision that has none; the revision's tasks are skipped."""

    # -- running

    def run(self) -> None:
        """Run all tasks, or up to the first that makes its revision suspect."""
        drive = self._drive_single if self._single else self._drive
        while self._unfinished():
            error = self.runner.attempt(drive)
            if error is not None:
                self.failed(error)
            elif self.runner.running is not None:
                self.finish(())  # in single runs the look comes after env.py has ended

    def advance(self) -> None:
        """Go on to the next task."""
        self.position += 1

    def step(self, phase: str, leaks: tuple[Leak, ...] = (), error: StepError | None = None) -> Step:
        """What was recorded of the task that ran."""
        recorder = self.runner.recorder
        fresh = len(self.tasks) == 1
        return Step(plan.direction(phase), recorder.seconds, tuple(recorder.statements), error, leaks, fresh)

    def has_no_way_down(self, error: BaseException, step: Step) -> bool:
        """Whether a downgrade that ended with `error` says that there is none; tells `irreversible` then."""
        if step.direction != "downgrade" or not is_not_implemented(step.error):
            return False
        self._skip_rest(words(error) or "downgrade() raises NotImplementedError", step)
        return True

    def _unfinished(self) -> bool:
        return self.position < len(self.tasks) and self.suspect is None

    def _drive(self, _heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
        dialect = self.runner.dialect
        at_start = session.state(dialect, context)
        while self._unfinished():
            if self._nothing_to_run():
                continue
            self.begin(context)
            if self.suspect is not None:
                return
            self.runner.recorder.clear()
            yield self.runner.step(*self.tasks[self.position])
            session.commit(context)
            ran = [each.sql for each in self.runner.recorder.statements]
            asking = session.may_leave_state(dialect, ran)
            found = session.state(dialect, context, ran) if asking else at_start
            self.runner.running = None
            self.finish(session.leaks(at_start or {}, found))
            if found != at_start:
                return

    def _drive_single(self, _heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
        if self.runner.running is None:  # not for the further contexts of the same run of env.py
            if self._nothing_to_run():
                return
            session.commit(context)
            self.begin(context)
            if self.suspect is not None:
                return
            self.runner.recorder.clear()
        yield self.runner.step(*self.tasks[self.position])

    def _nothing_to_run(self) -> bool:
        """Step over the way down (and up again) of a revision that has none; True when it did."""
        revision, phase = self.tasks[self.position]
        if phase != "downgrade":
            return False
        info = self.runner.project.revisions.info(revision)
        if info.irreversible is None and info.downgrade_line is not None:
            return False
        self._skip_rest(info.irreversible or "it has no downgrade()", None)
        return True

    def _skip_rest(self, reason: str, step: Step | None) -> None:
        revision = self.tasks[self.position][0]
        self.irreversible(reason, step)
        while self.position < len(self.tasks) and self.tasks[self.position][0] == revision:
            self.position += 1
