"""What the errors of MariaDB and MySQL name: objects that are not there, or are there already."""

from __future__ import annotations

import re

from migcheck.model import StepError

_NUMBER = re.compile(r"\(error (\d+)\)\Z")
_QUOTED = re.compile(r"(?<!\w)[`']([^`']*)[`']")
_BARE = re.compile(r"(?:FUNCTION|PROCEDURE) (\S+) (?:already exists|does not exist)")
# Unknown table, column, routine, event, view, sequence; what cannot be dropped.
_MISSING = frozenset({1051, 1054, 1091, 1146, 1176, 1305, 1539, 4091, 4092})
_THERE = {
    1050: "table",
    1060: "column",
    1061: "index",
    1304: "routine",
    1359: "trigger",
    1537: "event",
    1826: "constraint",
}


def number(error: StepError) -> int | None:
    """The server's number of the error; None for an error of anybody else."""
    match = _NUMBER.search(error.message)
    return int(match[1]) if match else None


def missing(error: StepError) -> str | None:
    """The name of what is not there; None for an error that says something else."""
    return _name(error.message) if number(error) in _MISSING else None


def there_already(error: StepError) -> tuple[str, str] | None:
    """Kind and name of what is there already; None for an error that says something else."""
    kind, name = _THERE.get(number(error) or 0), _name(error.message)
    if kind is None or name is None:
        return None
    return ("procedure" if "PROCEDURE" in error.message else "function") if kind == "routine" else kind, name


def _name(message: str) -> str | None:
    match = _BARE.search(message) or _QUOTED.search(message)
    return match[1].rpartition(".")[2] if match else None
