"""The SQL that MariaDB and MySQL write and read, as tokens with their places.

The lexical rules are those of the manuals ("Language Structure" in MySQL's, "SQL Language Structure" in
MariaDB's): strings in either quote with backslash escapes, names in backticks, three kinds of comments, and
comments that are code (`/*!80023 ... */`, `/*M!100301 ... */`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple


class TokenKind(str, Enum):
    """What a token is; `CONDITIONAL` is the mark that begins or ends a comment that is code."""

    WORD = "word"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    SIGN = "sign"
    CONDITIONAL = "conditional"


class Token(NamedTuple):
    """One token: its kind, its text as it stands, and where in the source it begins and ends."""

    kind: TokenKind
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these key words (given in capitals)."""
        return self.kind is TokenKind.WORD and self.text.upper() in words


_TOKEN = re.compile(
    r"""
      (?P<blank>\s+|/\*(?!M?!).*?\*/|--(?=\s|\Z)[^\n]*|\#[^\n]*)
    | (?P<conditional>/\*M?!\d*|\*/)
    | (?P<string>[bBxXnN]?'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    | (?P<name>`(?:[^`]|``)*`)
    | (?P<number>0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$]))
    | (?P<word>[\w$\u0080-\U0010ffff]+|@@?[\w$.]+)
    | (?P<sign>:=|<=>|<>|[<>!]=|<<|>>|\|\||&&|->>?|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {kind.value: kind for kind in TokenKind}
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_$]*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "Z": "\x1a"}


def tokens(sql: str) -> list[Token]:
    """Split `sql`; white space and comments that are no code go. An open quote is a sign of its own."""
    return [
        Token(_KINDS[match.lastgroup], match.group(), match.start(), match.end())
        for match in _TOKEN.finditer(sql)
        if match.lastgroup in _KINDS
    ]


def unquoted(token: Token) -> str:
    """The name in backticks, or the string in quotes, that the token stands for."""
    quote, inner = token.text[0], token.text[1:-1]
    if quote not in "`'\"":
        return token.text
    inner = inner.replace(quote * 2, quote)
    if quote == "`":
        return inner
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner, flags=re.DOTALL)


def quoted(name: str) -> str:
    """A name in backticks."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """A string in quotes, right with and without NO_BACKSLASH_ESCAPES as long as it has no backslash."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def shown(name: str) -> str:
    """A name as it reads best: in backticks only where it needs them (key words aside)."""
    return name if _PLAIN_NAME.fullmatch(name) else quoted(name)


def rendered(part: Sequence[Token], plain_until: int = 0) -> str:
    """The tokens as text: one blank where there was white space, or a comment's mark.

    Names within at most `plain_until` parentheses lose their backticks where they can, and a comma there is
    followed by a blank.
    """
    words: list[str] = []
    depth = 0
    end = part[0].start if part else 0
    for token in part:
        if token.kind is TokenKind.CONDITIONAL:
            continue
        depth -= token.text == ")"
        shallow = depth <= plain_until and plain_until > 0
        if words and (token.start > end or (shallow and words[-1] == ",")):
            words.append(" ")
        words.append(shown(unquoted(token)) if shallow and token.kind is TokenKind.NAME else token.text)
        depth += token.text == "("
        end = token.end
    return "".join(words)


def split(part: Sequence[Token], sign: str = ",") -> list[list[Token]]:
    """The parts between the signs that stand outside of all parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in part:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.text == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    return [each for each in parts if each]


def group_end(part: Sequence[Token], start: int) -> int:
    """The place after the parenthesis that closes the one at `start`."""
    depth = 0
    for place in range(start, len(part)):
        depth += {"(": 1, ")": -1}.get(part[place].text, 0)
        if depth == 0:
            return place + 1
    return len(part)
