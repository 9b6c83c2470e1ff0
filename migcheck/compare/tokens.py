"""SQL text as a list of tokens, so that two texts can be compared apart from their white space.

The rules are those of PostgreSQL's scanner (documentation, section 4.1 "Lexical Structure"), read in the
cautious direction: whatever PostgreSQL takes as one token is one token here, so equal token lists mean
equal SQL. White space and comments vanish; strings and dollar-quoted text are kept to the last blank. What
stands in backticks is a quoted name, as in MySQL.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple


class TokenKind(str, Enum):
    """What a token is; `WORD` is an unquoted name or key word, folded to lower case."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"


class Token(NamedTuple):
    """One token and its text as it stands (words in lower case)."""

    kind: TokenKind
    text: str


class TokenError(ValueError):
    """The text cannot be split with certainty: an open quote, a backslash that settings give a meaning to."""


_BLANK = re.compile(r"\s+|--[^\n]*")
_DOLLAR = re.compile(r"\$(?:[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*)?\$")
_TOKEN = re.compile(
    r"""
      (?P<escape>[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*')
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    | (?P<number>0[xXoObB][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    | (?P<word>[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*|\$\d+)
    | (?P<operator>::|:=|\.\.|(?:[-+*/<>=~!@\#%^&|?]|`(?![^`]*`))+)
    | (?P<punctuation>[^\s'"])
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERATOR_MAY_END_IN_SIGN = frozenset("~!@#%^&|`?")


def tokens(sql: str) -> tuple[Token, ...]:
    """Split `sql` into its tokens; raises TokenError where that is not certain."""
    found: list[Token] = []
    position = 0
    line_break = False
    while position < len(sql):
        after_blank = _skip_blank(sql, position)
        if after_blank > position:
            line_break = line_break or "\n" in sql[position:after_blank]
            position = after_blank
            continue
        token, position = _next_token(sql, position)
        if token.kind is TokenKind.STRING and found and found[-1].kind is TokenKind.STRING and line_break:
            # Strings on successive lines are one string; on one line they are an error.
            found.append(Token(TokenKind.PUNCTUATION, "\n"))
        found.append(token)
        line_break = False
    return tuple(found)


def _skip_blank(sql: str, position: int) -> int:
    """The position after the white space or comment at `position`; a planner hint (`/*+`) is no comment."""
    blank = _BLANK.match(sql, position)
    if blank is not None:
        return blank.end()
    if not sql.startswith("/*", position) or sql.startswith("/*+", position):
        return position
    return _end_of_comment(sql, position)


def _end_of_comment(sql: str, position: int) -> int:
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(sql, position):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    raise TokenError("a comment is not closed")


def _next_token(sql: str, position: int) -> tuple[Token, int]:
    if sql.startswith("/*+", position):
        end = _end_of_comment(sql, position)
        return Token(TokenKind.STRING, sql[position:end]), end
    dollar = _DOLLAR.match(sql, position)
    if dollar is not None:
        close = sql.find(dollar.group(), dollar.end())
        if close < 0:
            raise TokenError("a dollar-quoted string is not closed")
        end = close + len(dollar.group())
        return Token(TokenKind.STRING, sql[position:end]), end
    match = _TOKEN.match(sql, position)
    if match is None:
        raise TokenError("a quote is not closed")
    text = match.group()
    kind = match.lastgroup or ""
    if kind == "operator":
        text = _operator(text)
        return Token(TokenKind.OPERATOR, text), position + len(text)
    if kind == "string" and "\\'" in text:
        raise TokenError("a backslash stands before a quote")
    if kind == "word":
        return Token(TokenKind.WORD, _lower(text)), match.end()
    named = {"escape": TokenKind.STRING}.get(kind) or TokenKind(kind)
    return Token(named, text), match.end()


def _operator(run: str) -> str:
    """The first operator in a run of operator characters."""
    if run in ("::", ":=", ".."):
        return run
    for comment in ("--", "/*"):
        start = run.find(comment)
        if start > 0:
            run = run[:start]
    while len(run) > 1 and run[-1] in "+-" and not _OPERATOR_MAY_END_IN_SIGN & set(run):
        run = run[:-1]
    return run


def _lower(word: str) -> str:
    """ASCII letters only: how other letters fold depends on the server's encoding."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in word)
