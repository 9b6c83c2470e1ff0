"""The bar that shows how far a run is, on standard error, gone when the run is over."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from migcheck.progress import Progress as Watcher
from migcheck.reporters.printable import one_line

_REVISION = 32


class _Bar(Progress):
    """A bar a little narrower than the terminal."""

    def get_renderable(self) -> RenderableType:
        """The bar."""
        return _Narrower(super().get_renderable())


@dataclass(frozen=True)
class _Narrower:
    """Leaves room for the ^C that a terminal echoes: after a full line that would begin another one, and
    the wrong one would be taken away in the end."""

    content: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(self.content, options.update_width(max(options.max_width - 4, 20)))


class LiveProgress(Watcher):
    """Shows a run: stage, bar, `12/42`, time, and the revision at hand."""

    def __init__(self, stream: TextIO | None = None, color: bool | None = None) -> None:
        stream = stream or sys.stderr
        self._console = Console(file=stream, no_color=True if color is False else None)
        self._bar = _Bar(
            TextColumn("{task.fields[stage]}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False),
            TimeElapsedColumn(),
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
            ),
            console=self._console,
            transient=True,
            expand=True,
            refresh_per_second=8,
            # What migrations print is caught elsewhere; ours goes through the console.
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID | None = None
        self._total: int | None = None
        self._started = False

    def history(self, total: int) -> None:
        """Set the length of the bar."""
        self._begin()
        if self._task is not None:
            self._total = total
            self._bar.update(self._task, total=total, count=f"0/{total}", stage="walking")

    def revision(self, revision: str, doc: str, number: int) -> None:
        """Move the bar to `number` - 1 done and show the revision."""
        self._begin()
        if self._task is not None:
            name = one_line(revision)[:_REVISION]
            text = f"{name} {one_line(doc[:200])}".strip()
            count = f"{number}/{self._total}" if self._total is not None else str(number)
            self._bar.update(self._task, completed=number - 1, count=count, description=text, stage="walking")

    def note(self, text: str) -> None:
        """Show what is being done beside the walk."""
        self._begin()
        if self._task is not None:
            self._bar.update(self._task, description=one_line(text[:400]))

    def done(self) -> None:
        """Take the bar away."""
        if self._started:
            self._started = False
            self._bar.stop()

    def _begin(self) -> None:
        if self._started or self._task is not None:
            return
        self._task = self._bar.add_task("", total=None, count="", stage="")
        self._bar.start()
        self._started = True
