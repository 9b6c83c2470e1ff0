"""Running jobs and watching them: progress, time limits, sessions that wait for each other for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from migcheck.dialects import dialect_of
from migcheck.errors import ProjectError
from migcheck.model import RevisionEvidence, RevisionInfo, ServerAddress, StepError
from migcheck.model.tables import Tables
from migcheck.progress import Progress
from migcheck.walk.jobs import Delta, Job, Preload, Walk, Walked
from migcheck.walk.processes import Event, Hung, Running, Zygote

STEP_TIMEOUT = "StepTimeout"
"""`StepError.type` of a step that was ended because it did not end by itself."""


Tell = Callable[[RevisionEvidence], None]


@dataclass(frozen=True, slots=True)
class Hang:
    """A step that did not end, and was ended."""

    revision: str
    phase: str
    error: StepError


class Laboratory:
    """Runs each job in a fresh process of the zygote and tells `progress` what is going on."""

    def __init__(
        self, zygote: Zygote, address: ServerAddress, step_timeout: float, progress: Progress, jobs: int = 1
    ) -> None:
        """`jobs` is how many may run side by side."""
        self.jobs = jobs
        self._zygote = zygote
        self.address = address
        self.dialect = dialect_of(address.dialect)
        self.step_timeout = step_timeout
        self._progress = progress
        self._total = 0
        self.targets: dict[str, Tables] = {}
        """The tables after each upgrade that could concern rows, of all walks that have told them."""
        self._waiting: dict[str, str] = {}  # revisions that are still to begin -> their description

    def watch(self, revisions: tuple[RevisionInfo, ...]) -> None:
        """From now on, tell of each of `revisions` when its walk begins."""
        self._progress.history(len(revisions))
        self._total = len(revisions)
        self._waiting = {info.revision: info.doc for info in revisions}

    def start(self, job: Job | Preload) -> Flight:
        """Start `job`; `land()` gives its result."""
        database = "" if isinstance(job, Preload) else job.place.database
        return Flight(self, self._zygote.start(job), database)

    def run(self, job: Job | Preload) -> Any:
        """The result of a job that nothing may go wrong in. Raises ProjectError when it hangs."""
        result = self.start(job).land()
        if isinstance(result, Hang):
            raise ProjectError(
                f"{result.phase} of revision {result.revision} did not end: {result.error.message}",
                "it had ended before; --step-timeout gives it more time",
            )
        return result

    def walk(
        self, job: Walk, back: dict[str, Delta], tell: Tell | None = None
    ) -> tuple[list[RevisionEvidence], Walked | Hang]:
        """Evidence of the revisions that were walked to their end, and how the job ended.

        `back` gets what leads from the state after each of them to the one before; `tell` is told of each as
        it comes.
        """
        parts: list[RevisionEvidence] = []
        return parts, self.land(self.start(job), parts, back, tell)

    def land(
        self,
        flight: Flight,
        parts: list[RevisionEvidence],
        back: dict[str, Delta],
        tell: Tell | None = None,
    ) -> Walked | Hang:
        """Wait for the end of a walk under way; `parts` and `back` are filled as it goes (see `walk`)."""

        def on_event(event: Event) -> None:
            if event[0] == "verified":
                parts.append(event[1])
                if tell is not None:
                    tell(event[1])
                back[event[1].revision] = event[2]
                if event[3] is not None:
                    self.targets[event[1].revision] = event[3]
            elif event[2] == "upgrade" and event[1] in self._waiting:
                doc = self._waiting.pop(event[1])
                self._progress.revision(event[1], doc, self._total - len(self._waiting))

        result = flight.land(on_event)
        assert isinstance(result, (Walked, Hang))
        if isinstance(result, Walked):
            self.targets.update(result.targets)
        return result


class Stoppable:
    """Starts jobs in a laboratory until it is stopped: for threads that may not be wanted any more."""

    def __init__(self, laboratory: Laboratory) -> None:
        self.address, self.dialect, self.jobs = laboratory.address, laboratory.dialect, laboratory.jobs
        self._laboratory = laboratory
        self._flights: list[Flight] = []
        self.stopped = False
        self.failure: BaseException | None = None
        """For what it was stopped first."""

    def land(self, job: Job) -> Any:
        """The result of a job, see `Flight.land`. Raises ProjectError once all is stopped."""
        flight = self._laboratory.start(job)
        self._flights.append(flight)
        if self.stopped:
            flight.end()
        try:
            return flight.land()
        finally:
            self._flights.remove(flight)

    def stop(self, failure: BaseException | None = None) -> None:
        """End all jobs that are under way, and every later one."""
        if not self.stopped:
            self.failure = failure
        self.stopped = True
        for flight in list(self._flights):
            flight.end()


class Flight:
    """A job under way."""

    def __init__(self, laboratory: Laboratory, running: Running, database: str) -> None:
        self._laboratory = laboratory
        self._running = running
        self._database = database

    def end(self) -> None:
        """End the job; who waits for it gets a ProjectError."""
        self._running.end()

    def land(self, on_event: Any = lambda event: None) -> Any:
        """Wait for the job's result, or the `Hang` of one of its steps.

        Raises ProjectError when env.py itself hangs, and what the job ended with otherwise.
        """
        limit = self._laboratory.step_timeout
        result = self._running.wait(on_event, limit, self._stuck, self._statement)
        if not isinstance(result, Hung):
            return result
        waiting = result.why or f"it was ended after {result.seconds:.0f} s (--step-timeout)"
        if result.step is None:
            raise ProjectError(
                f"env.py hangs: {waiting}",
                "find out what it waits for: `alembic current` hangs too; --step-timeout gives it more time",
                self._running.printed(),
            )
        error = StepError(STEP_TIMEOUT, waiting, statement=result.statement)
        return Hang(*result.step, error)

    def _statement(self) -> str | None:
        """What the server is running for the job, the statement that began last."""
        return self._laboratory.dialect.running(self._laboratory.address, self._database)

    def _stuck(self) -> str | None:
        """Why the job's sessions can never go on. Raises DatabaseError where the server does not answer."""
        return self._laboratory.dialect.stuck(self._laboratory.address, self._database)
