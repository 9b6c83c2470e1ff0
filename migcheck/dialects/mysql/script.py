"""SQL scripts as mysqldump and people write them, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_DELIMITER = re.compile(r"DELIMITER[ \t]+(\S+)[^\n]*", re.IGNORECASE)
# A comment that is code (`/*!40101 SET ... */`) is text of its statement like any other.
_PIECE = re.compile(
    r"""
      (?P<blank>\s+|--(?=\s|\Z)[^\n]*|\#[^\n]*|/\*(?!M?!).*?\*/)
    | (?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|[\w$]+|/\*|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Statement(NamedTuple):
    """One statement of a script, and the line (1-based) on which it begins."""

    text: str
    line: int


def statements(script: str) -> Iterator[Statement]:
    """The statements of `script`, without those that are comments only.

    Honours DELIMITER, a command of the clients, at the start of a statement.
    """
    delimiter = ";"
    start: int | None = None  # of the statement under way
    position = 0
    while position < len(script):
        if start is None and (command := _DELIMITER.match(script, position)):
            delimiter, position = command[1], command.end()
            continue
        if script.startswith(delimiter, position):
            if start is not None:
                yield _statement(script, start, position)
            start, position = None, position + len(delimiter)
            continue
        piece = _PIECE.match(script, position)
        assert piece is not None
        end = piece.end()
        if piece.lastgroup == "text":
            start = position if start is None else start
            word = script[position:end]
            # A delimiter such as $$ may stand right behind a word.
            if delimiter != ";" and word[0] not in "'\"`" and delimiter in word:
                end = position + word.index(delimiter)
        position = end
    if start is not None:
        yield _statement(script, start, len(script))


def _statement(script: str, start: int, end: int) -> Statement:
    return Statement(script[start:end].rstrip(), script.count("\n", 0, start) + 1)
