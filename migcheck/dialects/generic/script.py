"""SQL scripts of any dialect, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PIECE = re.compile(
    r"""
      (?P<blank>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<end>;)
    | '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]\n]*\]
    | (?P<mark>\$(?:[A-Za-z_]\w*)?\$).*?(?P=mark)
    | [\w$]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
# A line of SQL Server's tools, which sends what stands before it as one batch.
_GO = re.compile(r"^[ \t]*GO[ \t]*;?[ \t]*$", re.IGNORECASE | re.MULTILINE)


class Statement(NamedTuple):
    """One statement of a script, and the line (1-based) on which it begins."""

    text: str
    line: int


def statements(script: str) -> Iterator[Statement]:
    """The statements of `script`, without those that are comments only.

    They end with a semicolon; in a script that has lines of GO, with those alone.
    """
    if _GO.search(script):
        yield from _batches(script)
        return
    start: int | None = None
    for piece in _PIECE.finditer(script):
        if piece.lastgroup == "end":
            if start is not None:
                yield _statement(script, start, piece.start())
            start = None
        elif piece.lastgroup != "blank" and start is None:
            start = piece.start()
    if start is not None:
        yield _statement(script, start, len(script))


def _batches(script: str) -> Iterator[Statement]:
    start = 0
    for end in [*_GO.finditer(script), None]:
        stop = end.start() if end else len(script)
        text = script[start:stop]
        if text.strip():
            yield _statement(script, start + len(text) - len(text.lstrip()), stop)
        start = end.end() if end else stop


def _statement(script: str, start: int, end: int) -> Statement:
    return Statement(script[start:end].rstrip(), script.count("\n", 0, start) + 1)
