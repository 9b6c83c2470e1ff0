"""SQL text as SQLite's tokenizer splits it, and names as they have to be written.

The rules are those of src/tokenize.c: four ways to quote a name, comments that may stay open, and no escapes
but the doubled quote.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


class Kind(str, Enum):
    """What a token is; `WORD` is a name or key word without quotes."""

    WORD = "word"
    NAME = "name"  # `a` or [a]
    DOUBLE_QUOTED = "double-quoted"  # "a": a name, or a string where nothing has that name
    STRING = "string"
    BLOB = "blob"
    NUMBER = "number"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"


class Token(NamedTuple):
    """One token.

    `text` is what it means: a name or string without its quotes, a number and a blob in one spelling; a word
    is as it stands. `start` is its place in the SQL.
    """

    kind: Kind
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these key words (given in capitals)."""
        return self.kind is Kind.WORD and self.text.upper() in words

    def is_mark(self, mark: str) -> bool:
        """Whether it is this parenthesis, comma, period or semicolon."""
        return self.kind is Kind.PUNCTUATION and self.text == mark

    @property
    def can_be_name(self) -> bool:
        """Whether it can stand for a name (SQLite takes strings, too, where nothing else fits)."""
        return self.kind in (Kind.WORD, Kind.NAME, Kind.DOUBLE_QUOTED, Kind.STRING)


class TokenError(ValueError):
    """The text holds what SQLite's tokenizer would not take, such as an open quote."""


_TOKEN = re.compile(
    r"""
      (?P<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<blob>[xX]'[0-9a-fA-F]*')
    | (?P<word>[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*)
    | (?P<punctuation>[(),;]|\.(?!\d))
    | (?P<string>'(?:[^']|'')*')
    | (?P<double>"(?:[^"]|"")*")
    | (?P<name>`(?:[^`]|``)*`|\[[^\]]*\])
    | (?P<number>0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
    | (?P<operator>->>|->|\|\||<<|>>|<=|>=|<>|!=|==|[-+*/%&|~<>=?:@\#$])
    | (?P<wrong>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SAME_OPERATOR = {"==": "=", "<>": "!="}


@lru_cache(maxsize=4096)
def tokens(sql: str) -> tuple[Token, ...]:
    """Split `sql` without its white space and comments; raises TokenError."""
    found: list[Token] = []
    for match in _TOKEN.finditer(sql):
        group = match.lastgroup
        if group == "word":
            found.append(Token(Kind.WORD, match.group(), match.start()))
        elif group == "punctuation":
            found.append(Token(Kind.PUNCTUATION, match.group(), match.start()))
        elif group != "blank":
            found.append(_token(group, match.group(), match.start()))
    return tuple(found)


def _token(group: str | None, text: str, start: int) -> Token:
    if group == "string":
        return Token(Kind.STRING, text[1:-1].replace("''", "'"), start)
    if group == "double":
        return Token(Kind.DOUBLE_QUOTED, text[1:-1].replace('""', '"'), start)
    if group == "name":
        return Token(Kind.NAME, text[1:-1].replace("``", "`") if text[0] == "`" else text[1:-1], start)
    if group == "number":
        return Token(Kind.NUMBER, text.lower(), start)
    if group == "blob":
        return Token(Kind.BLOB, "x" + text[1:].upper(), start)
    if group == "operator":
        return Token(Kind.OPERATOR, _SAME_OPERATOR.get(text, text), start)
    raise TokenError(f"no token begins with {text!r}")


KEYWORDS = frozenset(
    """
    ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN
    BY CASCADE CASE CAST CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE
    CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO
    DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL FILTER FIRST FOLLOWING FOR
    FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY
    INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL
    NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA
    PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES REGEXP REINDEX RELEASE RENAME REPLACE
    RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO
    TRANSACTION TRIGGER UNBOUNDED UNION UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW
    WITH WITHOUT
    """.split()
)
"""All key words (sqlite.org/lang_keywords.html); most are names, too, where they can be nothing else."""

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def folded(name: str) -> str:
    """A name as SQLite compares it: ASCII letters only have a case that does not matter."""
    if name.isascii():
        return name.lower()
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def identifier(name: str) -> str:
    """A name as it can be written everywhere: in double quotes unless it is plain and no key word."""
    if _PLAIN_NAME.fullmatch(name) and name.upper() not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as it has to be written."""
    return "'" + text.replace("'", "''") + "'"
