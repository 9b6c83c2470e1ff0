"""The user's project on its database, inside a worker process: making steps, running them, looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep

from migcheck.compare import differences
from migcheck.dialects import dialect_of
from migcheck.dialects.base import Observer
from migcheck.errors import DatabaseError, GuardError, MigcheckError
from migcheck.guard import Guard
from migcheck.model import Difference, Snapshot, StepError
from migcheck.project import Drive, Project, lost, session
from migcheck.walk.jobs import Look, Place
from migcheck.walk.plan import direction
from migcheck.walk.recorder import Recorder

Tell = Callable[[tuple[Any, ...]], None]
"""Sends an event to the parent: ("step", revision, phase), or ("verified", evidence, delta, tables) for a
revision whose walk is complete, with what leads back to the schema before it, and the tables after its
upgrade where they were asked for."""


class StepFailed(Exception):
    """A step ended early, with what is known of it. Never leaves this process."""

    def __init__(self, revision: str, error: StepError) -> None:
        super().__init__(revision, error)
        self.revision = revision
        self.error = error


class Runner:
    """Runs env.py with steps of ours. `running` is the (revision, phase) that is under way."""

    def __init__(self, place: Place, tell: Tell) -> None:
        self._guard = guard = Guard.of_process()
        guard.turn_to(place.address, place.database)
        self.place = place
        self.dialect = dialect_of(place.address.dialect)
        self.tell = tell
        self.project = Project(place.project, guard, place.marker)
        self.recorder = Recorder(place.database)
        self.running: tuple[str, str] | None = None
        self._raised: BaseException | None = None
        self._observer: Observer | None = None

    # -- looking

    @contextmanager
    def observing(self, look: Look) -> Iterator[None]:
        """Keep a connection open that looks at the schema."""
        tables = frozenset(look.version_tables)
        place = self.place
        observer = self.dialect.observer(place.address, place.database, tables, look.paranoid)
        with observer as self._observer:
            yield

    def snapshot(self, brief: bool = False) -> Snapshot:
        """The schema as it stands; with `brief`, what the recorded statements may have changed of it."""
        assert self._observer is not None
        return self._observer.snapshot(each.sql for each in self.recorder.statements if brief)

    def compare(self, before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
        """What differs between `before` and `after` (the present state), settled against the server."""
        if before is after or before.objects == after.objects:
            return ()
        assert self._observer is not None
        return self._observer.settle(before, after, differences(before, after))

    # -- running

    def step(self, revision: str, phase: str) -> MigrationStep:
        """The step that moves exactly `revision`, recorded while it runs."""
        self.running = (revision, phase)
        self.tell(("step", revision, phase))
        step: Any = self.project.revisions.step(revision, direction(phase))
        function, path = step.migration_fn, self.project.revisions.path(revision)

        def recorded(**arguments: Any) -> None:
            with self.recorder.recording(path):
                try:
                    function(**arguments)
                    if self._guard.refused:  # and the migration has caught it
                        raise self._guard.refused[0]
                except BaseException as error:
                    self._raised = error  # env.py may turn it into something else on its way out
                    raise

        step.migration_fn = recorded
        return step  # type: ignore[no-any-return]

    def call(self, revision: str, phase: str) -> None:
        """Run the function of a step by itself, within env.py's run: Alembic notes nothing of it, and nothing
        is committed. Raises what it raises; the caller says when it has done (`running`)."""
        step = self.step(revision, phase)
        try:
            step.migration_fn()
        except Exception as error:
            self.raise_if_outside(error)
            raise
        finally:
            self._raised = None
            self._guard.refused.clear()

    def attempt(self, drive: Drive, *, force_steps: bool = True) -> BaseException | None:
        """Run env.py once; gives back what the step raised that ended it, None when all went well.

        What goes wrong outside a step is raised: then nothing can be said of the migrations. So are, as
        DatabaseError, a disk that is full and a connection that was lost, in a step or not.
        """
        self.running = self._raised = None
        ended: BaseException | None
        try:
            self.project.run(drive, force_steps=force_steps)
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # no signal reaches this process
            if isinstance(self._raised, GuardError):
                self._guard.refused.clear()  # a step's doing, not env.py's
            elif self.running is None or isinstance(error, MigcheckError):
                raise
            ended = self._raised or error
        else:
            ended = self._raised if self.running is not None else None
        if ended is not None:
            self.raise_if_outside(ended)
        # A pool that env.py leaves behind keeps its session, with locks that would block the next run.
        self.dialect.end_sessions(self.place.address, self.place.database)
        return ended

    def failure(self, error: BaseException) -> StepError:
        """Put into words what ended the step that is under way."""
        assert self.running is not None
        return self.recorder.error(error, self.project.revisions.path(self.running[0]))

    def raise_if_outside(self, error: BaseException) -> None:
        """Raise DatabaseError for what has ended a step and says nothing of the migration."""
        assert self.running is not None
        revision, phase = self.running
        if self.dialect.is_disk_full(error):
            raise DatabaseError(
                f"the server's disk is full in {phase} of {revision}: {self.failure(error).message}",
                "free some space, point TMPDIR to a folder that has it, or choose another --database",
            ) from error
        if self.dialect.is_lost(error):
            raise lost(self.place.address, f"in {phase} of {revision}", error) from error

    def run_each(
        self,
        revisions: Iterable[str],
        phase: str,
        look: Callable[[str], None] = lambda revision: None,
        *,
        single: bool,
    ) -> None:
        """Run `phase` of each revision, committed by itself, and `look(revision)` after it; in one run of
        env.py, or in one each when `single`. Raises StepFailed."""
        if single:
            for revision in revisions:
                self._run_each((revision,), phase, lambda _revision: None)
                look(revision)
        else:
            self._run_each(revisions, phase, look)

    def _run_each(self, revisions: Iterable[str], phase: str, look: Callable[[str], None]) -> None:
        def drive(_heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
            for revision in revisions:
                self.recorder.clear()
                yield self.step(revision, phase)
                session.commit(context)
                self.running = None
                look(revision)

        self._raise(self.attempt(drive))

    def run_together(self, order: Callable[[Any], Iterable[str]]) -> None:
        """Upgrade through `order(heads)` in one run, with env.py's own transactions. Raises StepFailed."""
        self.recorder.clear()

        def drive(heads: Any, _context: MigrationContext) -> Iterator[MigrationStep]:
            for revision in order(heads):
                yield self.step(revision, "upgrade")
            # `running` stays: what fails at the COMMIT of all is put down to the last step.

        error = self.attempt(drive, force_steps=False)
        self._raise(error)

    def _raise(self, error: BaseException | None) -> None:
        if error is not None:
            assert self.running is not None
            raise StepFailed(self.running[0], self.failure(error)) from error
