"""Which differing texts SQLite takes for the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from migcheck.dialects.sqlite.tokens import Kind, Token, TokenError, folded, identifier, tokens
from migcheck.model import Difference, DifferenceClass, DifferenceKind, ObjectKey, Snapshot

Attributes = Mapping[str, Any]

# SQLAlchemy's reflection (and with it Alembic's batch mode) gives these types the name of their affinity
# (sqlite.org/datatype3.html, 3.1.1). What it calls NUMERIC, as it has no class for it, has lost its name.
_OTHER_NAMES = {
    "BOOL": "BOOLEAN",
    "DOUBLE PRECISION": "REAL",
    "DOUBLE_PRECISION": "REAL",
    **dict.fromkeys(("INT", "INT2", "INT4", "INT8", "MEDIUMINT", "TINYINT", "UNSIGNED BIG INT"), "INTEGER"),
    **dict.fromkeys(("CHARACTER", "CHARACTER VARYING", "NATIVE CHARACTER", "VARYING CHARACTER"), "TEXT"),
    **dict.fromkeys(("CLOB", "LONGTEXT", "MEDIUMTEXT", "TINYTEXT"), "TEXT"),
}
# Those whose arguments mean nothing, and are left out by it.
_WITHOUT_ARGUMENTS = frozenset(
    "BIGINT BOOLEAN DATE DATETIME FLOAT INTEGER REAL SMALLINT TIME TIMESTAMP".split()
)


_SEMANTIC = DifferenceClass.SEMANTIC


def settled(before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """The same differences, those whose two sides mean the same as cosmetic ones."""
    named = _only_named(after, differences)
    return tuple(
        replace(difference, difference_class=DifferenceClass.COSMETIC)
        if difference in named or _is_cosmetic(before, after, difference)
        else difference
        for difference in differences
    )


def _only_named(after: Snapshot, differences: tuple[Difference, ...]) -> list[Difference]:
    """Both halves of each constraint that had no name and has got one, as batch mode with a naming_convention
    gives it. (One that has lost its name is another matter: it cannot be dropped by that name any more.)"""
    constraints = [difference for difference in differences if difference.object_type == "constraint"]
    nameless = {
        (former["table"], former["text"]): gone
        for gone in constraints
        if (former := gone.former) and gone.name == f"{former['table']}.({former['text']})"
    }
    found = []
    for come in constraints:
        if come.kind is DifferenceKind.ADDED:
            values = json.loads(after.objects[ObjectKey(come.object_type, come.name)])
            if gone := nameless.pop((values["table"], values["text"]), None):
                found += [gone, come]
    return found


def _is_cosmetic(before: Snapshot, after: Snapshot, difference: Difference) -> bool:
    if difference.kind is not DifferenceKind.CHANGED or difference.difference_class is not _SEMANTIC:
        return False
    key = ObjectKey(difference.object_type, difference.name)
    old, new = json.loads(before.objects[key]), json.loads(after.objects[key])
    if (key.kind, difference.attribute) == ("column", "type"):
        is_key = any(_is_key(key, old, snapshot) for snapshot in (before, after))
        return same_type(old["type"], new["type"], is_key)
    if (key.kind, difference.attribute) == ("column", "default"):
        return _same_default(old, new)
    is_code = difference.attribute == "text" and key.kind in ("view", "trigger", "virtual table")
    return is_code and same_text(old["text"], new["text"])


def _is_key(key: ObjectKey, attributes: Attributes, snapshot: Snapshot) -> bool:
    """Whether the column is its table's primary key, all of it."""
    table = attributes["table"]
    column = identifier(key.name[len(table) + 1 :])
    return any(
        values["text"].startswith((f"PRIMARY KEY ({column})", f"PRIMARY KEY ({column} DESC)"))
        for other, text in snapshot.objects.items()
        if other.kind == "constraint" and other.name.startswith(f"{table}.")
        if (values := json.loads(text))["table"] == table
    )


def same_type(first: str, second: str, is_key: bool = False) -> bool:
    """Whether two types of a column are two names of one.

    A primary key of type INTEGER is the rowid, one of INT is not.
    """
    if is_key and "INTEGER" in (first, second):
        return first == second
    return _type(first) == _type(second)


def _type(declared: str) -> str:
    name, parenthesis, arguments = declared.partition("(")
    name = _OTHER_NAMES.get(name, name)
    return name if name in _WITHOUT_ARGUMENTS else name + parenthesis + arguments


def same_text(first: str, second: str) -> bool:
    """Whether two statements are the same but for quotes, white space, comments and the case of names."""
    try:
        old, new = (_without_end(tokens(text)) for text in (first, second))
    except TokenError:
        return False
    return len(old) == len(new) and all(map(_same_token, old, new))


def _without_end(split: tuple[Token, ...]) -> tuple[Token, ...]:
    return split[:-1] if split and split[-1].is_mark(";") else split


def _same_token(first: Token, second: Token) -> bool:
    kinds = {first.kind, second.kind}
    # In double quotes it may be a string, whose case matters.
    if kinds <= {Kind.WORD, Kind.NAME, Kind.DOUBLE_QUOTED} and kinds != {Kind.DOUBLE_QUOTED}:
        return folded(first.text) == folded(second.text)
    return len(kinds) == 1 and first.text == second.text


def _same_default(old: Attributes, new: Attributes) -> bool:
    """Whether two constants put the same value into the column: 0 and '0' into one of integers."""
    if any(side.get("generated") or not _is_constant(side.get("default")) for side in (old, new)):
        return False
    values = [_stored(side["type"], side["default"]) for side in (old, new)]
    return None not in values and values[0] == values[1]


def _is_constant(default: object) -> bool:
    """Whether nothing in it can have another value the next time."""
    if not isinstance(default, str):
        return False
    words = [token for token in tokens(default) if token.kind is Kind.WORD]
    return all(word.is_word("TRUE", "FALSE", "NULL") for word in words)


def _stored(type_name: str, default: str) -> tuple[object, ...] | None:
    with closing(sqlite3.Connection(":memory:")) as connection, suppress(sqlite3.Error):
        connection.execute(f"CREATE TABLE t (a {type_name} DEFAULT ({default}))")
        connection.execute("INSERT INTO t DEFAULT VALUES")
        return tuple(connection.execute("SELECT typeof(a), quote(a) FROM t").fetchone())
    return None
