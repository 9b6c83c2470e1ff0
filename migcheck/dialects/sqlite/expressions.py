"""Expressions of a table's definition in one spelling, so that those of one meaning are equal strings.

Only spelling is made one: quotes, the case of what has none, white space, comments, `==` for `=`. Nothing is
computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from migcheck.dialects.sqlite.tokens import KEYWORDS, Kind, Token, folded, identifier, literal

# Words that are never a column where they stand without quotes.
_NO_COLUMNS = frozenset(
    """
    ADD ALL ALTER AND AS BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE CURRENT_DATE CURRENT_TIME
    CURRENT_TIMESTAMP DEFAULT DELETE DISTINCT DROP ELSE ESCAPE EXISTS FOREIGN FROM GROUP HAVING IN INDEX
    INSERT INTO IS ISNULL JOIN LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES SELECT SET TABLE
    THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE
    """.split()
)
_ROWID = ("rowid", "_rowid_", "oid")


class Scope:
    """What names mean inside the definition of one table: its columns, and the table itself."""

    def __init__(self, table: str, columns: Iterable[str]) -> None:
        self._table = folded(table)
        self._columns: Mapping[str, str] = {
            **{name: name for name in _ROWID},
            **{folded(name): name for name in columns},
        }

    def column(self, name: str) -> str | None:
        """The column of that name as it was declared, None where there is none."""
        return self._columns.get(folded(name))

    def text(self, expression: Sequence[Token]) -> str:
        """The expression in the one spelling, without parentheses around the whole of it."""
        return _joined(self._words(without_parentheses(expression)))

    def _words(self, expression: Sequence[Token]) -> list[str]:
        words: list[str] = []
        skip = 0
        for place, token in enumerate(expression):
            if skip:
                skip -= 1
            elif self._is_own_table(expression[place : place + 3]):
                skip = 1
            else:
                before = expression[place - 1] if place else None
                after = expression[place + 1] if place + 1 < len(expression) else None
                words.append(self._word(before, token, after))
        return words

    def _is_own_table(self, three: Sequence[Token]) -> bool:
        """Whether it is `t.column`, with t this table."""
        return (
            len(three) == 3
            and three[0].can_be_name
            and folded(three[0].text) == self._table
            and three[1].is_mark(".")
        )

    def _word(self, before: Token | None, token: Token, after: Token | None) -> str:
        if token.kind is Kind.STRING:
            return literal(token.text)
        if token.kind not in (Kind.WORD, Kind.NAME, Kind.DOUBLE_QUOTED):
            return token.text
        is_call = after is not None and after.is_mark("(")
        if before is not None and before.is_word("COLLATE"):
            return token.text.upper()
        if token.kind is Kind.WORD and (is_call or token.text.upper() in _NO_COLUMNS):
            return _plain(token.text)
        column = self.column(token.text)
        if column is not None and not is_call:
            return identifier(column)
        if token.kind is Kind.WORD:
            return _plain(token.text)
        near = [one for one in (before, after) if one is not None]
        is_name = is_call or any(one.is_mark(".") or one.is_word("AS") for one in near)
        if token.kind is Kind.DOUBLE_QUOTED and not is_name:
            return literal(token.text)  # SQLite reads it so where no column has the name
        return identifier(folded(token.text))


def without_parentheses(expression: Sequence[Token]) -> Sequence[Token]:
    """The tokens without the pairs of parentheses that enclose all of them."""
    while _is_enclosed(expression):
        expression = expression[1:-1]
    return expression


def _is_enclosed(expression: Sequence[Token]) -> bool:
    if len(expression) < 3 or not expression[0].is_mark("("):
        return False
    return closing(expression, 0) == len(expression) - 1


def closing(split: Sequence[Token], place: int) -> int:
    """The place of the parenthesis that closes the one at `place`; the length where none does."""
    depth = 0
    for index in range(place, len(split)):
        if split[index].is_mark("("):
            depth += 1
        elif split[index].is_mark(")"):
            depth -= 1
            if depth == 0:
                return index
    return len(split)


def _plain(word: str) -> str:
    return word.upper() if word.upper() in KEYWORDS else folded(word)


def _joined(words: Sequence[str]) -> str:
    text = ""
    for place, word in enumerate(words):
        before = words[place - 1] if place else "("
        is_close = word in (",", ")", ".", ";") or before in ("(", ".") or _is_sign(words, place - 1)
        is_call = word == "(" and _is_function(before)
        text += word if is_close or is_call else f" {word}"
    return text


def _is_sign(words: Sequence[str], place: int) -> bool:
    """Whether the word is the sign of what follows it, and no operator between two things."""
    if place < 0 or words[place] not in ("-", "+", "~"):
        return False
    before = words[place - 1] if place else "("
    return before in ("(", ",") or before in KEYWORDS or not (before[-1].isalnum() or before[-1] in "_\"')")


def _is_function(word: str) -> bool:
    return word not in KEYWORDS and (word[-1].isalnum() or word[-1] in '_"')
