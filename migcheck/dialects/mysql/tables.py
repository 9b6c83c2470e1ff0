"""SHOW CREATE TABLE, read into the entries of a snapshot.

Sources: "SHOW CREATE TABLE" and "CREATE TABLE" in the manuals of MySQL 8.0 to 9 and MariaDB 10.5 to 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from migcheck.dialects.mysql.columns import column
from migcheck.dialects.mysql.tokens import (
    Token,
    TokenKind,
    group_end,
    rendered,
    shown,
    split,
    tokens,
    unquoted,
)
from migcheck.model import ObjectKey

Entry = tuple[ObjectKey, dict[str, Any]]

_ATTRIBUTES = {
    "ENGINE": "engine",
    "DEFAULT CHARSET": "charset",
    "COLLATE": "collation",
    "COMMENT": "comment",
    "ROW_FORMAT": "row_format",
}
_INDEXES = ("KEY", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR")


def table_entries(name: str, create: str) -> list[Entry]:
    """A table and its columns, constraints and indexes.

    `create` is the text of SHOW CREATE TABLE under sql_mode='' and sql_quote_show_create=1. A primary or
    unique key is a constraint, and no index beside it. AUTO_INCREMENT=n belongs to the rows: it is left out.
    """
    found = tokens(create)
    start = next(place for place, token in enumerate(found) if token.text == "(")
    end = group_end(found, start)
    entries: list[Entry] = []
    order: list[str] = []
    periods: list[str] = []
    for part in split(found[start + 1 : end - 1]):
        own = [token for token in part if token.kind is not TokenKind.CONDITIONAL]
        if own[0].kind is TokenKind.NAME:
            column_name, attributes = column(own)
            order.append(column_name)
            entries.append((ObjectKey("column", f"{name}.{column_name}"), {"table": name, **attributes}))
        elif own[0].is_word("PERIOD"):
            periods.append(rendered(own, plain_until=1))
        else:
            entries.append(_distinct(_key(name, own), entries))
    table = {"column_order": order, **_options(found[end:])}
    if periods:
        table["periods"] = periods
    return [(ObjectKey("table", name), table), *entries]


def _distinct(entry: Entry, others: list[Entry]) -> Entry:
    """A unique key and a foreign key may have the same name: the latter's then tells what it is."""
    key, attributes = entry
    if any(key == other for other, _ in others):
        key = ObjectKey(key.kind, f"{key.name} ({str(attributes.get('type')).lower()})")
    return key, attributes


def _key(table: str, part: list[Token]) -> Entry:
    """A constraint or an index."""
    words = [token.text.upper() for token in part[:3]]
    if words[0] == "CONSTRAINT":
        return _constraint(table, unquoted(part[1]), part[2:])
    if words[0] == "PRIMARY":
        return _constraint(table, "PRIMARY", part)
    if words[0] == "UNIQUE":
        return _constraint(table, unquoted(part[2]), [part[0], *part[3:]])
    if words[0] in _INDEXES:
        place = 1 if part[1].kind is TokenKind.NAME else 2
        name = unquoted(part[place])
        kind = f"{words[0]} " if place == 2 else ""
        text = (
            f"CREATE {kind}INDEX {shown(name)} ON {shown(table)} {rendered(part[place + 1 :], plain_until=1)}"
        )
        return ObjectKey("index", f"{table}.{name}"), {"table": table, "text": text}
    # A clause of a server newer than this module: kept as it stands, so that a change of it is seen.
    return ObjectKey("constraint", f"{table}.{rendered(part)}"), {"table": table, "text": rendered(part)}


def _constraint(table: str, name: str, part: list[Token]) -> Entry:
    word = part[0].text.upper()
    # Expressions keep their backticks: `null` and null are two things.
    text = rendered(part, plain_until=0 if word == "CHECK" else 1)
    kind = f"{word} KEY" if word in ("PRIMARY", "FOREIGN") else word
    return ObjectKey("constraint", f"{table}.{name}"), {"table": table, "type": kind, "text": text}


def _options(part: Sequence[Token]) -> dict[str, Any]:
    """What follows the closing parenthesis: ENGINE=InnoDB ... PARTITION BY ..."""
    own = [token for token in part if token.kind is not TokenKind.CONDITIONAL]
    options: dict[str, Any] = {}
    until = next(
        (
            place
            for place in range(len(own) - 1)
            if own[place].is_word("PARTITION") and own[place + 1].is_word("BY")
        ),
        len(own),
    )
    others: list[str] = []
    for name, value in _pairs(own[:until]):
        if name in _ATTRIBUTES and value is not None:
            options[_ATTRIBUTES[name]] = unquoted(value[0]) if name == "COMMENT" else rendered(value)
        elif name != "AUTO_INCREMENT":
            others.append(name if value is None else f"{name}={rendered(value)}")
    if others:
        options["clauses"] = sorted(others)
    if until < len(own):
        options |= _partitions(own[until + 2 :], f" ENGINE = {options.get('engine')}")
    return options


def _pairs(part: Sequence[Token]) -> Iterator[tuple[str, list[Token] | None]]:
    """(`DEFAULT CHARSET`, `utf8mb4`) for each `name=value`; (`WITH SYSTEM VERSIONING`, None) for words."""
    words: list[Token] = []
    place = 0
    while place < len(part):
        token = part[place]
        place += 1
        if token.text != "=":
            words.append(token)
            continue
        end = group_end(part, place) if part[place].text == "(" else place + 1
        bare, name = _name_of(words)
        if bare:
            yield rendered(bare), None
        yield " ".join(unquoted(word) for word in name), list(part[place:end])
        words, place = [], end
    if words:
        yield rendered(words), None


def _name_of(words: list[Token]) -> tuple[list[Token], list[Token]]:
    """What stands before an option's name, and the name, which may be of two words."""
    two = len(words) > 1 and words[-2].is_word("DEFAULT", "DATA", "INDEX")
    place = len(words) - (2 if two else 1)
    return words[:place], words[place:]


def _partitions(part: Sequence[Token], engine: str) -> dict[str, Any]:
    """`partition_key` (RANGE (`a`) ...) and `partitions`, one text for each, without the table's `engine`."""
    for place in range(len(part) - 1):
        if part[place].text == "(" and part[place + 1].is_word("PARTITION"):
            each = split(part[place + 1 : group_end(part, place) - 1])
            return {
                "partition_key": rendered(part[:place]),
                "partitions": [rendered(partition[1:]).replace(engine, "") for partition in each],
            }
    return {"partition_key": rendered(part)}
