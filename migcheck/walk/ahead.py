"""The second half of a history, walked beside the first where there are processors for both."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress

from migcheck.errors import ProjectError
from migcheck.model import RevisionEvidence
from migcheck.walk import plan
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import Delta, Look, Walk, Walked
from migcheck.walk.laboratory import Flight, Hang, Laboratory

_WORTHWHILE = 30  # revisions: below that the database in the middle costs more than it saves


def middle_of(start: int, end: int) -> int | None:
    """Where to begin a second walk through positions `start` to `end`; None where it does not pay."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return (start + end) // 2 if end - start >= _WORTHWHILE and processors > 1 else None


class Ahead:
    """A walk from `position` to the end of `order`, under way in a thread of its own.

    Breaks off like any walk at the first suspect; who lands it goes on from there.
    """

    def __init__(
        self,
        laboratory: Laboratory,
        databases: Disposable,
        look: Look,
        order: Sequence[str],
        position: int,
    ) -> None:
        self.position = position
        self.database = ""
        self.parts: list[RevisionEvidence] = []
        self.back: dict[str, Delta] = {}
        self._laboratory, self._databases, self._look = laboratory, databases, look
        self._revisions = tuple(order[position:])
        self._flight: Flight | None = None
        self._cancelled = False
        self._outcome: Walked | Hang | BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name="migcheck-ahead")
        self._thread.start()

    def land(self) -> Walked | Hang | None:
        """Wait for its end; raises what it ended with. `parts`, `back` and `database` are complete then.

        None when it could not begin: a revision before the middle is at fault.
        """
        self._thread.join()
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def cancel(self) -> None:
        """End it; what it found is not wanted any more."""
        self._cancelled = True
        if self._flight is not None:
            self._flight.end()
        self._thread.join()

    def _run(self) -> None:
        try:
            with suppress(ProjectError):
                self.database = self._databases.at(self.position)
            if not self.database:
                return
            job = Walk(self._databases.place(self.database), self._look, plan.tasks(self._revisions))
            self._flight = self._laboratory.start(job)
            if self._cancelled:
                self._flight.end()
            self._outcome = self._laboratory.land(self._flight, self.parts, self.back)
        except BaseException as error:  # raised again where it is landed
            self._outcome = error
