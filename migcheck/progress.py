"""What a run tells whoever watches it."""

from __future__ import annotations

import logging
import threading
from typing import Any

from migcheck.model import RevisionEvidence, Target

_LOGGER = logging.getLogger("migcheck")


class Progress:
    """Told how a run goes on; each method does nothing here, so a subclass has those that it needs.

    The calls come one at a time, though not all from the same thread: for each server `server`, then for
    each history on it `history`, and for each of its revisions `revision` and later `walked`; `note` at any
    moment, `done` in the end. What a method raises ends no run: the report says so, the log of `migcheck` has
    the traceback, and nothing more is told. (A KeyboardInterrupt ends the run, as Ctrl-C does.)
    """

    def server(self, target: Target) -> None:
        """A database server runs, on which the history is verified now."""

    def history(self, total: int) -> None:
        """The history is read: `total` revisions will be walked."""

    def revision(self, revision: str, doc: str, number: int) -> None:
        """The walk begins `revision`, the `number`th (from 1) of the total.

        Where parts of a history are walked side by side (`jobs`), they begin in any order.
        """

    def walked(self, evidence: RevisionEvidence) -> None:
        """A revision has been walked, or is `skipped`: its steps with their seconds and errors, and how the
        schema differs. What that means is judged at the end of the run; rows are put in later.

        Each revision is told of once; those of a history come in its order, but for the skipped ones.
        """

    def note(self, text: str) -> None:
        """Something else is being done now, or is worth saying while it is."""

    def done(self) -> None:
        """The run is over, well or not; called once, also when an exception is on its way."""


class Watched(Progress):
    """Tells `progress` what happens, one call at a time, and lets nothing that it raises end the run.

    `notes` say what it has raised.
    """

    def __init__(self, progress: Progress) -> None:
        self.notes: tuple[str, ...] = ()
        self._progress = progress
        self._lock = threading.RLock()
        self._told: set[str] = set()

    def server(self, target: Target) -> None:
        """Passed on."""
        self._tell("server", target)

    def history(self, total: int) -> None:
        """Passed on."""
        with self._lock:
            self._told.clear()
            self._tell("history", total)

    def revision(self, revision: str, doc: str, number: int) -> None:
        """Passed on."""
        self._tell("revision", revision, doc, number)

    def walked(self, evidence: RevisionEvidence) -> None:
        """Passed on, once for each revision: a walk may have to be done again."""
        with self._lock:
            if evidence.revision not in self._told:
                self._told.add(evidence.revision)
                self._tell("walked", evidence)

    def note(self, text: str) -> None:
        """Passed on."""
        self._tell("note", text)

    def done(self) -> None:
        """Passed on."""
        self._tell("done")

    def _tell(self, method: str, *content: Any) -> None:
        with self._lock:
            # What broke once still hears the end: it may have something open.
            if self.notes and method != "done":
                return
            # Whoever watches needs no base class, and then lacks what later versions tell.
            call = getattr(self._progress, method, None)
            if call is None:
                return
            try:
                call(*content)
            except Exception as error:
                what = f"{type(self._progress).__name__}.{method}() raised {type(error).__name__}: {error}"
                _LOGGER.exception("%s", what)
                self.notes = (*self.notes, f"{what}; whoever watched the run was told nothing more")
