"""Where the reports of a command go."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from migcheck.settings import Settings

if TYPE_CHECKING:
    from migcheck.model import Report
    from migcheck.reporters.base import Presentation

OUTPUT_HELP = (
    "Write the report to a file, in another format too (json:report.json); standard output is - and gets one "
    "unless a FILE without FORMAT does. Repeatable."
)


# What GitHub takes as the summary of one step, in bytes.
_SUMMARY = 1024 * 1024


class Writing:
    """The reports that `settings` ask for, with paths in them relative to `cwd`, or to its repository.

    Made before the work begins: raises UsageError where a report could not be written.
    """

    def __init__(self, settings: Settings, cwd: Path) -> None:
        from migcheck.reporters.base import check_writable

        self._settings = settings
        self._cwd = cwd
        self._outputs = [
            (format_, file) for format_, file in settings.outputs if settings.quiet < 2 or file is not None
        ]
        for _, file in self._outputs:
            check_writable(file, cwd)

    def write(self, report: Report) -> None:
        """Write all of them, files first: whoever reads standard output may leave."""
        from migcheck.reporters.base import append, render

        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary and any(format_ == "github" for format_, _ in self._outputs):
            append(report, "markdown", self._presentation("markdown", True), self._cwd / summary, _SUMMARY)
        for format_, file in sorted(self._outputs, key=lambda output: output[1] is None):
            place = None if file is None else str(self._cwd / file)
            try:
                render(report, format_, self._presentation(format_, file is not None), place, sys.stdout)
            except BrokenPipeError:
                # `migcheck verify | head` has seen enough; the verdict is the exit code all the same.
                from migcheck.cli.app import leave_pipe

                leave_pipe()

    def _presentation(self, format_: str, to_file: bool) -> Presentation:
        from migcheck.reporters.base import Presentation, folder_for, wants_color, width_of

        stream, environ = (None, {}) if to_file else (sys.stdout, os.environ)
        return Presentation(
            folder=folder_for(format_, self._cwd),
            width=width_of(stream, environ),
            color=wants_color(self._settings.color, stream, environ),
            verbose=self._settings.verbose,
            quiet=self._settings.quiet,
        )
