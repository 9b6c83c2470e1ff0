"""What a reporter is, and the one place where reports are written."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from migcheck.errors import MigcheckError, UsageError
from migcheck.model import Report
from migcheck.reporters.printable import encodable

UNLIMITED = 1_000_000
REPORTERS: Mapping[str, tuple[str, str]] = {
    "terminal": ("migcheck.reporters.terminal", "TerminalReporter"),
    "json": ("migcheck.reporters.json", "JsonReporter"),
    "html": ("migcheck.reporters.html", "HtmlReporter"),
    "junit": ("migcheck.reporters.junit", "JUnitReporter"),
    "sarif": ("migcheck.reporters.sarif", "SarifReporter"),
    "github": ("migcheck.reporters.github", "GitHubReporter"),
    "gitlab": ("migcheck.reporters.gitlab", "GitLabReporter"),
    "markdown": ("migcheck.reporters.markdown", "MarkdownReporter"),
}
"""Module and class of the reporter of each of the settings' FORMATS."""


_OF_REPOSITORY = ("github", "gitlab", "markdown", "sarif")


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a report shall look: `folder` (absolute) is what paths are shown relative to, `width` is in
    columns, `verbose` and `quiet` are the counts of -v and -q."""

    folder: Path
    width: int = UNLIMITED
    color: bool = False
    verbose: int = 0
    quiet: int = 0


class Reporter(Protocol):
    """One output format. `render` is pure: the same report and presentation give the same text."""

    name: str

    def render(self, report: Report, presentation: Presentation) -> str:
        """The whole text of the report, with its last newline, or "" for nothing at all."""


def reporter_for(name: str) -> Reporter:
    """The reporter of a format. Each is imported when it is wanted: one of them needs rich."""
    if name not in REPORTERS:
        raise UsageError(f"there is no format {name!r}", f"formats: {', '.join(REPORTERS)}")
    module, reporter = REPORTERS[name]
    found: Reporter = getattr(importlib.import_module(module), reporter)()
    return found


def folder_for(name: str, cwd: Path) -> Path:
    """What the paths in a report of the format `name` are relative to: `cwd`, or the top of its repository
    for whoever knows files by their paths in that."""
    if name not in _OF_REPOSITORY:
        return cwd
    return next((each for each in (cwd, *cwd.parents) if (each / ".git").exists()), cwd)


def wants_color(setting: bool | None, stream: TextIO | None, environ: Mapping[str, str]) -> bool:
    """Whether `stream` gets colours: as the setting says, else where a terminal shows them."""
    if setting is not None:
        return setting
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks at `stream`; also for streams that are None or closed."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def width_of(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """Columns of the terminal behind `stream`; what is piped is not wrapped, unless COLUMNS says so."""
    columns = environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return max(int(columns), 40)
    if stream is None or not is_terminal(stream):
        return UNLIMITED
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 40)
    except OSError:
        return 80


def check_writable(output: str | None, folder: Path) -> None:
    """Raise UsageError where the report could not be written to `output` (None: standard output).

    To be asked before a run starts, so that no verdict is lost after minutes of work.
    """
    if output is None:
        if sys.stdout is None or sys.stdout.closed:
            raise UsageError("standard output is closed: nowhere to put the report", "use --output FILE")
        return
    path = folder / output
    if path.is_dir():
        raise UsageError(f"--output {output} is a folder", "name a file in it")
    if path.suffix in (".py", ".ini", ".toml", ".sql") and path.exists():
        raise UsageError(f"--output {output} is a file of the project", "name another one")
    if not path.parent.is_dir():
        raise UsageError(f"--output {output}: there is no folder {path.parent}", "make the folder first")
    target = path if path.exists() else path.parent
    if not os.access(target, os.W_OK):
        raise UsageError(f"--output {output} cannot be written: no permission for {target}")


def render(report: Report, name: str, presentation: Presentation, output: str | None, stream: TextIO) -> None:
    """Write `report` in the format `name` to the file `output`, or to `stream` where that is None.

    A file is replaced in one move, so nobody ever reads half a report; one that is no regular file
    (/dev/stderr, a named pipe) is written to. Raises MigcheckError where that fails, and BrokenPipeError
    when whoever read the stream has gone.
    """
    text = reporter_for(name).render(report, presentation)
    if output is None:
        stream.write(encodable(text, getattr(stream, "encoding", None)))
        stream.flush()
        return
    path = presentation.folder / output
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(text.encode("utf-8", "backslashreplace"))
        else:
            _replace(path.resolve(), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise MigcheckError(
            f"the report could not be written to {output}: {error.strerror}",
            "make room or choose another file; the run itself was complete",
        ) from error


def append(report: Report, name: str, presentation: Presentation, path: Path, limit: int) -> None:
    """Add `report` in the format `name` to the file `path`, which may get no larger than `limit` bytes.

    Raises MigcheckError where that fails.
    """
    content = reporter_for(name).render(report, presentation).encode("utf-8", "backslashreplace")
    try:
        there = path.stat().st_size if path.exists() else 0
        with path.open("ab") as file:
            file.write(content if there + len(content) <= limit else b"")
    except OSError as error:
        raise MigcheckError(f"the report could not be written to {path}: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes private files; a report is as readable as any file made by the user.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
