"""A column's line of SHOW CREATE TABLE, read into attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migcheck.dialects.mysql.tokens import Token, TokenKind, group_end, rendered, unquoted

_SIGNS = ("UNSIGNED", "SIGNED", "ZEROFILL")
# What can follow a column's default (or its ON UPDATE): the words of the two servers' SHOW CREATE TABLE.
_AFTER_VALUE = (
    *("ON", "AUTO_INCREMENT", "COMMENT", "CHECK", "INVISIBLE", "VISIBLE", "NOT", "NULL", "COLLATE", "SRID"),
    *("COLUMN_FORMAT", "STORAGE", "WITHOUT", "WITH", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"),
    *("GENERATED", "REF_SYSTEM_ID", "COMPRESSED"),
)
_ONE_WORD = {"CHARACTER": "character_set", "COLLATE": "collation", "COMMENT": "comment"}


def column(part: Sequence[Token]) -> tuple[str, dict[str, Any]]:
    """Name and attributes of a column, from the tokens of its line.

    Attributes are `type`, `nullable` and, where there is anything to say, `default`, `generated` (`default`
    is then the expression in its parentheses), `period` (ROW START, ROW END), `on_update`, `auto_increment`,
    `invisible`, `character_set`, `collation`, `comment`, `check`, `compressed`, `srid` and `clauses` (what is
    left, as the server says it).
    """
    reader = _Line([token for token in part if token.kind is not TokenKind.CONDITIONAL])
    name = unquoted(reader.next())
    attributes: dict[str, Any] = {"type": reader.type(), "nullable": True}
    rest: list[str] = []
    while reader.left():
        token = reader.next()
        if not _clause(reader, token, attributes):
            rest.append(reader.option(token))
    if rest:
        attributes["clauses"] = sorted(rest)
    return name, attributes


def _clause(reader: _Line, token: Token, attributes: dict[str, Any]) -> bool:
    """Take one clause that begins with `token` into `attributes`; False for one that is not known here."""
    word = token.text.upper() if token.kind is TokenKind.WORD else ""
    if word == "NOT" and reader.skip("NULL"):
        attributes["nullable"] = False
    elif word == "NULL":
        pass
    elif word == "DEFAULT":
        value = reader.value()
        if value.upper() != "NULL":
            attributes["default"] = value
    elif word == "GENERATED" and reader.skip("ALWAYS", "AS"):
        _generated(reader, attributes)
    elif word == "ON" and reader.skip("UPDATE"):
        attributes["on_update"] = reader.value()
    elif word in ("AUTO_INCREMENT", "INVISIBLE", "COMPRESSED"):
        attributes[word.lower()] = True
    elif word in _ONE_WORD and (word != "CHARACTER" or reader.skip("SET")):
        attributes[_ONE_WORD[word]] = unquoted(reader.next())
    elif word == "CHECK":
        attributes["check"] = reader.group()
    elif word in ("SRID", "REF_SYSTEM_ID"):
        reader.skip("=")
        attributes["srid"] = int(reader.next().text)
    else:
        return False
    return True


def _generated(reader: _Line, attributes: dict[str, Any]) -> None:
    if reader.skip("ROW"):
        attributes["period"] = f"ROW {reader.next().text.upper()}"
        return
    attributes["default"] = reader.group()
    stored = reader.skip("STORED") or reader.skip("PERSISTENT")
    attributes["generated"] = "stored" if stored else "virtual"
    reader.skip("VIRTUAL")


class _Line:
    """The tokens of a column, taken from left to right."""

    def __init__(self, part: Sequence[Token]) -> None:
        self._part = part
        self._place = 0

    def left(self) -> bool:
        return self._place < len(self._part)

    def next(self) -> Token:
        self._place += 1
        return self._part[self._place - 1]

    def skip(self, *words: str) -> bool:
        """Take these words if they come next."""
        ahead = self._part[self._place : self._place + len(words)]
        found = [token.text.upper() for token in ahead] == [*words]
        self._place += len(words) if found else 0
        return found

    def type(self) -> str:
        """`bigint(20) unsigned`, `enum('a','b')`."""
        start = self._place
        self._place += 1
        if self._opens():
            self._place = group_end(self._part, self._place)
        while self.left() and self._part[self._place].is_word(*_SIGNS):
            self._place += 1
        return rendered(self._part[start : self._place])

    def group(self) -> str:
        """What stands in parentheses, with them."""
        start = self._place
        self._place = group_end(self._part, start)
        return rendered(self._part[start : self._place])

    def value(self) -> str:
        """An expression: all up to the word that begins another clause."""
        start = self._place
        while self.left():
            token = self._part[self._place]
            if self._place > start and (token.is_word(*_AFTER_VALUE) or self._is_option()):
                break
            self._place = group_end(self._part, self._place) if self._opens() else self._place + 1
        return rendered(self._part[start : self._place])

    def option(self, first: Token) -> str:
        """A clause that is not known: `WITHOUT SYSTEM VERSIONING`, `` `name`='value' ``."""
        start = self._place - 1
        if first.kind is TokenKind.NAME:
            self._place += 2
        else:
            while self.left() and not self._is_option():
                token = self._part[self._place]
                # STORAGE DEFAULT is a clause, DEFAULT behind STORAGE DISK another one.
                default = token.is_word("DEFAULT") and self._place > start + 1
                if default or token.is_word(*_AFTER_VALUE):
                    break
                self._place += 1
        return rendered(self._part[start : self._place])

    def _opens(self) -> bool:
        return self.left() and self._part[self._place].text == "("

    def _is_option(self) -> bool:
        """MariaDB's engine-defined attributes: a name in backticks, an equals sign."""
        ahead = self._part[self._place : self._place + 2]
        return len(ahead) == 2 and ahead[0].kind is TokenKind.NAME and ahead[1].text == "="
