"""What watches a run never ends it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from migcheck.model import RevisionEvidence
from migcheck.progress import Progress, Watched


class Log(Progress):
    """Remembers what it is told; breaks at the method `at`."""

    def __init__(self, at: str = "", error: BaseException | None = None) -> None:
        self.told: list[str] = []
        self._at, self._error = at, error

    def _tell(self, what: str, *content: Any) -> None:
        self.told.append(" ".join(map(str, (what, *content))))
        if what == self._at and self._error is not None:
            raise self._error

    def history(self, total: int) -> None:
        self._tell("history", total)

    def revision(self, revision: str, doc: str, number: int) -> None:
        self._tell("revision", revision, doc, number)

    def walked(self, evidence: RevisionEvidence) -> None:
        self._tell("walked", evidence.revision)

    def done(self) -> None:
        self._tell("done")


def run(watched: Watched) -> None:
    watched.history(2)
    watched.revision("ab12", "users", 1)
    watched.walked(RevisionEvidence("ab12"))
    watched.note("again")
    watched.walked(RevisionEvidence("ab12"))
    watched.walked(RevisionEvidence("cd34"))
    watched.done()


def test_each_revision_is_told_of_once_in_each_history() -> None:
    log = Log()
    run(Watched(log))
    assert log.told == ["history 2", "revision ab12 users 1", "walked ab12", "walked cd34", "done"]
    both = Watched(Log())
    run(both)
    run(both)
    assert both.notes == ()


def test_what_it_raises_is_noted_and_it_is_told_only_of_the_end(caplog: pytest.LogCaptureFixture) -> None:
    log = Log("revision", ValueError("no such row"))
    watched = Watched(log)
    with caplog.at_level(logging.ERROR, "migcheck"):
        run(watched)
    assert log.told == ["history 2", "revision ab12 users 1", "done"]
    assert watched.notes == (
        "Log.revision() raised ValueError: no such row; whoever watched the run was told nothing more",
    )
    assert "Traceback" in caplog.text and "no such row" in caplog.text


def test_a_keyboard_interrupt_ends_the_run() -> None:
    with pytest.raises(KeyboardInterrupt):
        run(Watched(Log("walked", KeyboardInterrupt())))


def test_whatever_has_some_of_the_methods_will_do() -> None:
    class Old:
        def __init__(self) -> None:
            self.notes: list[str] = []

        def note(self, text: str) -> None:
            self.notes.append(text)

    old = Old()
    watched = Watched(old)  # type: ignore[arg-type]
    run(watched)
    assert old.notes == ["again"] and watched.notes == ()
