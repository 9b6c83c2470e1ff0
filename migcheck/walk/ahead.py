"""Later parts of a history, walked beside the first where there are processors for both."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

from migcheck.errors import ProjectError
from migcheck.model import RevisionEvidence
from migcheck.walk import plan
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import Delta, Look, Walk, Walked
from migcheck.walk.laboratory import Flight, Hang, Laboratory

_LEAST = 12  # revisions: a part of fewer costs more, for the database that it begins with, than it saves
_SHORTER = 0.78  # an upgrade that nobody looks at takes about 0.22 of the time of a revision's whole walk


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cuts(start: int, end: int, jobs: int) -> list[int]:
    """The positions between `start` and `end` at which to begin walks of their own: at most `jobs` with the
    first, which end at about the same time.

    A walk begins once all upgrades before it have been run: so each part is shorter than the one before.
    """
    length, shares = end - start, [1.0]
    while len(shares) < jobs:
        next_one = shares[-1] * _SHORTER
        if length * next_one / (sum(shares) + next_one) < _LEAST:
            break
        shares.append(next_one)
    return [start + round(length * sum(shares[:number]) / sum(shares)) for number in range(1, len(shares))]


class Ahead:
    """A walk of `revisions`, which begin at `position`, under way in a thread of its own.

    Its database is made after that of the `earlier` one, from where that stands. Breaks off like any walk at
    the first suspect; who lands it goes on from there.
    """

    def __init__(
        self,
        laboratory: Laboratory,
        databases: Disposable,
        look: Look,
        revisions: Sequence[str],
        position: int,
        earlier: Ahead | None = None,
    ) -> None:
        self.position = position
        self.database = ""
        self.parts: list[RevisionEvidence] = []
        self.back: dict[str, Delta] = {}
        self._laboratory, self._databases, self._look = laboratory, databases, look
        self._revisions = tuple(revisions)
        self._earlier, self._has_database = earlier, threading.Event()
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

    def stop(self) -> None:
        """Let it end; what it found is not wanted any more."""
        self._cancelled = True
        if self._flight is not None:
            self._flight.end()

    def wait(self) -> None:
        """Wait for its end, whatever that is."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self.database = self._made()
            if not self.database:
                return
            job = Walk(self._databases.place(self.database), self._look, plan.tasks(self._revisions))
            self._flight = self._laboratory.start(job)
            if self._cancelled:
                self._flight.end()
            self._outcome = self._laboratory.land(self._flight, self.parts, self.back)
        except BaseException as error:  # raised again where it is landed
            self._outcome = error

    def _made(self) -> str:
        """The database to begin on, "" where there can be none or none is wanted any more."""
        try:
            if self._earlier is not None:
                self._earlier._has_database.wait()
            return "" if self._cancelled else self._databases.at(self.position)
        except ProjectError:
            return ""
        finally:
            self._has_database.set()
