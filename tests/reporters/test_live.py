"""The bar: on standard error, safe against names, and gone at the end."""

from __future__ import annotations

import io

from migcheck.progress import Progress
from migcheck.reporters.terminal.live import LiveProgress


class Terminal(io.StringIO):
    """A stream that says that somebody looks at it."""

    def isatty(self) -> bool:
        return True


def watch(progress: Progress) -> None:
    progress.note("starting PostgreSQL")
    progress.history(2)
    progress.revision("ab12", "[red]u[/red] \x1b[2J and\nmore", 1)
    progress.revision("cd34", "", 2)
    progress.note("the way down")
    progress.done()


def test_it_shows_the_revision_and_goes_away() -> None:
    stream = Terminal()
    progress = LiveProgress(stream, color=False)
    progress.history(2)
    progress.revision("ab12", "[red]u[/red] \x1b[2J and\nmore", 1)
    progress._bar.refresh()
    progress.done()
    text = stream.getvalue()
    assert "ab12 [red]u[/red] \\x1b[2J" in text
    assert "1/2" in text
    assert "\x1b[2J" not in text
    assert text.endswith(("\x1b[2K", "\x1b[1A\x1b[2K"))


def test_every_stage_in_any_state() -> None:
    watch(LiveProgress(Terminal(), color=False))
    watch(LiveProgress(io.StringIO()))
    watch(Progress())
    unfinished = LiveProgress(Terminal())
    unfinished.done()
    unfinished.done()
