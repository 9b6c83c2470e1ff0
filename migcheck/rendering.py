"""Reports as text and in files, for Python; the command line has `--format` and `--output` for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from migcheck.model import Report
from migcheck.reporters import base
from migcheck.reporters.base import UNLIMITED, Presentation, folder_for


def render(
    report: Report,
    format: str = "terminal",  # noqa: A002  the setting's name
    *,
    folder: str | os.PathLike[str] | None = None,
    width: int = UNLIMITED,
    color: bool = False,
    verbose: int = 0,
    quiet: int = 0,
) -> str:
    """The text of a report in one of the formats of `--format`.

    Paths in it are relative to `folder`; without one to the working directory, or to the top of its
    repository in formats for whoever knows files by that (sarif, github, gitlab, markdown). `width` (in
    columns), `color`, `verbose` and `quiet` (as often as -v and -q) are for the terminal's. Raises UsageError
    for a format that isn't there.
    """
    here = Path.cwd()
    place = folder_for(format, here) if folder is None else here / folder
    return base.reporter_for(format).render(report, Presentation(place, width, color, verbose, quiet))


def write(
    report: Report,
    format: str,  # noqa: A002
    file: str | os.PathLike[str],
    *,
    folder: str | os.PathLike[str] | None = None,
    verbose: int = 0,
    quiet: int = 0,
) -> None:
    """Write a report to `file`, as `--output FORMAT:FILE` does: replaced in one move.

    The other arguments are as for `render`. Raises UsageError for a file that cannot be one, MigcheckError
    where it cannot be written.
    """
    here = Path.cwd()
    target = here / file
    base.check_writable(str(target), here)
    place = folder_for(format, here) if folder is None else here / folder
    presentation = Presentation(place, verbose=verbose, quiet=quiet)
    base.render(report, format, presentation, str(target), sys.stdout)
