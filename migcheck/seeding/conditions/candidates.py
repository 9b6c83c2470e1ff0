"""Values worth trying for a column, read off the conditions that name it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from migcheck.model.tables import DataType, Value
from migcheck.seeding.conditions.condition import Unknown
from migcheck.seeding.conditions.evaluation import value
from migcheck.seeding.conditions.patterns import glob_regex, like_regex, matching, posix_regex

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_LENGTHS = ("Length", "ByteLength", "ArraySize")


def candidates(
    tree: Any, row: Mapping[str, Value], types: Mapping[str, DataType], rng: random.Random
) -> Iterator[tuple[str, Value]]:
    """Pairs of a column and a value for it, the likelier ones first."""
    for node in tree.walk():
        if isinstance(node, _COMPARISONS):
            for one, other in ((node.this, node.expression), (node.expression, node.this)):
                yield from _compared(one, other, row, rng)
        elif isinstance(node, exp.Between):
            for end in ("low", "high"):
                yield from _compared(node.this, node.args[end], row, rng)
        elif isinstance(node, exp.In):
            for each in node.expressions:
                yield from _compared(node.this, each, row, rng)
        elif type(node).__name__ in _PATTERNS:
            yield from _matched(node, row, rng)
        elif isinstance(node, exp.Anonymous):
            yield from _of_function(node)
    for column in tree.find_all(exp.Column):
        name = column.name
        yield name, None
        for each in _usual(types.get(name)):
            yield name, each


def _compared(
    one: Any, other: Any, row: Mapping[str, Value], rng: random.Random
) -> Iterator[tuple[str, Value]]:
    """What makes `one`, which has a column in it, equal to `other` or a little more or less."""
    columns = [column.name for column in one.find_all(exp.Column)]
    if not columns:
        return
    if isinstance(other, (exp.Any, exp.All)):
        other = other.this
    try:
        found = value(other, row)
    except Unknown:
        return
    function = next((n for n in one.walk() if type(n).__name__ in _LENGTHS or _is_length(n)), None)
    for each in found if isinstance(found, list) else [found]:
        for column in columns:
            if function is not None:
                for length in _around(each):
                    if isinstance(length, (int, Decimal)) and 0 <= length <= 100_000:
                        yield column, _text_of(int(length), row.get(column), rng)
            else:
                for near in _around(each):
                    yield column, near
                    if isinstance(near, str):
                        yield column, near.lower()
                        yield column, near.upper()


def _is_length(node: Any) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in ("octet_length", "cardinality")


def _text_of(length: int, known: Value, rng: random.Random) -> str:
    """A text of that length, which begins as the known value does."""
    if isinstance(known, str) and known.startswith("{"):
        return "{" + ",".join(str(number) for number in range(length)) + "}"
    text = known if isinstance(known, str) else ""
    return (text + "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(length)))[:length]


def _around(given: Any) -> Iterator[Value]:
    """A value and its neighbours."""
    yield given
    if isinstance(given, bool) or given is None:
        yield given is False
    elif isinstance(given, (int, Decimal)):
        yield from (given + 1, given - 1)
        if given != int(given):
            yield int(given)
        yield from (given + Decimal("0.5"), given * 2, given // 2 if given else 1)
    elif isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given[:19])
        except ValueError:
            return
        whole = len(given) > 10
        for days in (1, -1, 400, -400):
            moved = moment + timedelta(days=days)
            yield moved.isoformat(" ") if whole else moved.date().isoformat()


def _matched(node: Any, row: Mapping[str, Value], rng: random.Random) -> Iterator[tuple[str, Value]]:
    regex, whole = _PATTERNS[type(node).__name__]
    try:
        pattern = value(node.expression, row)
    except Unknown:
        return
    for column in [column.name for column in node.this.find_all(exp.Column)] if pattern else []:
        for _ in range(6):
            text = matching(regex(str(pattern)), rng, whole=whole)
            if text is not None:
                yield column, text
        yield column, "~"


_PATTERNS: Mapping[str, tuple[Callable[[str], str], bool]] = {
    "Like": (like_regex, True),
    "ILike": (like_regex, True),
    "SimilarTo": (lambda text: like_regex(text, similar=True), True),
    "RegexpLike": (posix_regex, False),
    "RegexpILike": (posix_regex, False),
    "Glob": (glob_regex, True),
}

_OF_JSON = {"object": '{"a": 1}', "array": "[1]", "string": '"a"', "number": "1", "boolean": "true"}


def _of_function(node: Any) -> Iterator[tuple[str, Value]]:
    if node.name.lower() in ("jsonb_typeof", "json_typeof", "json_valid"):
        for column in node.find_all(exp.Column):
            for text in _OF_JSON.values():
                yield column.name, text


def _usual(kind: DataType | None) -> tuple[Value, ...]:
    if kind is None:
        return (1, 0, -1, "a", "", "A1", True, False)
    if kind.labels:
        return kind.labels
    by_family: dict[str, tuple[Value, ...]] = {
        "integer": (1, 0, -1, 2, 10, 100, 1000, -1000),
        "decimal": (1, 0, -1, Decimal("0.5"), 10, 100, 1000, -1000),
        "float": (1, 0, -1, 0.5, 10, 100, 1000),
        "money": (1, 0, -1, 100),
        "boolean": (True, False),
        "text": ("a", "", "A", "1", "a@b.example", "http://a.example/", "abcdef", "ABC-123", "~"),
        "date": ("2020-06-15", "1970-01-01", "2100-01-01"),
        "timestamp": ("2020-06-15 12:00:00", "1970-01-01 00:00:00", "2100-01-01 00:00:00"),
        "json": ('{"a": 1}', "[1]", "{}", "[]"),
        "array": ("{}", "{1}", "{1,2}", "{a}"),
    }
    return by_family.get(kind.family, ())
