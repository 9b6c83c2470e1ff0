"""The value of an expression of SQL for a row: what CHECKs are made of, and nothing that needs a server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from migcheck.model.tables import Value
from migcheck.seeding.conditions.condition import Unknown
from migcheck.seeding.conditions.functions import (
    FUNCTIONS,
    cast,
    extract,
    interval,
    moved,
    type_in_sqlite,
)
from migcheck.seeding.conditions.patterns import glob_regex, like_regex, posix_regex
from migcheck.seeding.conditions.terms import comparable, elements, equal, every, number, some, truth

# A moment that every server calls past, for what is compared with now: the day changes, an answer does not.
NOW = "2020-01-01 00:00:00"

Row = Mapping[str, Value]


def value(node: Any, row: Row) -> Any:
    """The value of a node: None is NULL, a list an array. Raises Unknown."""
    evaluate = _NODES.get(type(node).__name__)
    if evaluate is None:
        raise Unknown(type(node).__name__)
    result = evaluate(node, row)
    if node.args.get("negate") and isinstance(result, bool):
        return not result
    return result


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        quantified = node.expression
        left = value(node.this, row)
        if isinstance(quantified, (exp.Any, exp.All)):
            results = [None if left is None or each is None else test(*comparable(left, each))
                       for each in elements(value(quantified.this, row))]  # fmt: skip
            return some(results) if isinstance(quantified, exp.Any) else every(results)
        right = value(quantified, row)
        if left is None or right is None:
            return None
        return test(*comparable(left, right))

    return evaluate


def _junction(node: Any, row: Row) -> bool | None:
    """AND and OR: what one side decides needs no other, even where the other is unknown."""
    decisive = isinstance(node, exp.Or)
    results: list[bool | None] = []
    unknown: Unknown | None = None
    for side in (node.left, node.right):
        try:
            results.append(truth(value(side, row)))
        except Unknown as error:
            unknown = error
    if decisive in results:
        return decisive
    if unknown is not None:
        raise unknown
    return None if None in results else not decisive


def _xor(node: Any, row: Row) -> bool | None:
    left, right = truth(value(node.left, row)), truth(value(node.right, row))
    return None if left is None or right is None else left != right


def _not(node: Any, row: Row) -> bool | None:
    result = truth(value(node.this, row))
    return None if result is None else not result


def _is(node: Any, row: Row) -> bool:
    left = value(node.this, row)
    if isinstance(node.expression, exp.Null):
        return left is None
    right = value(node.expression, row)
    return truth(left) is right if isinstance(right, bool) else left == right


def _distinct(node: Any, row: Row) -> bool:
    left, right = value(node.this, row), value(node.expression, row)
    same = left is right is None or equal(left, right)
    return same if isinstance(node, exp.NullSafeEQ) else not same


def _between(node: Any, row: Row) -> bool | None:
    middle = value(node.this, row)
    ends = [value(node.args[end], row) for end in ("low", "high")]
    if middle is None:
        return None
    sides = [
        None if end is None else (lambda a, b: a <= b if low else a >= b)(*comparable(end, middle))
        for low, end in zip((True, False), ends, strict=True)
    ]
    return every(sides)


def _in(node: Any, row: Row) -> bool | None:
    left = value(node.this, row)
    if left is None or not node.expressions:
        if left is None:
            return None
        raise Unknown("IN (SELECT ...)")
    found = [value(each, row) for each in node.expressions]
    return some([None if each is None else equal(left, each) for each in found])


def _matches(regex: Callable[[str], str], flags: int = 0, *, whole: bool) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        text, pattern = value(node.this, row), value(node.expression, row)
        if text is None or pattern is None:
            return None
        try:
            compiled = re.compile(regex(str(pattern)), flags | re.DOTALL)
        except re.error as error:
            raise Unknown(str(pattern)) from error
        return (compiled.fullmatch if whole else compiled.search)(str(text)) is not None

    return evaluate


def _arithmetic(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        left, right = value(node.this, row), value(node.expression, row)
        if left is None or right is None:
            return None
        if isinstance(right, timedelta) or isinstance(left, timedelta):
            return moved(left, right, operate)
        first, second = number(left), number(right)
        if first is None or second is None:
            raise Unknown(f"{left!r} and {right!r}")
        try:
            return operate(first, second)
        except (ArithmeticError, ValueError) as error:
            raise Unknown(str(error)) from error

    return evaluate


def _interval(node: Any, row: Row) -> timedelta:
    text = value(node.this, row) if node.this is not None else ""
    return interval(f"{text} {node.args.get('unit') or ''}".strip())


def _cast(node: Any, row: Row) -> Any:
    given = value(node.this, row)
    return None if given is None else cast(given, node.to.this.name)


def _case(node: Any, row: Row) -> Any:
    for branch in node.args["ifs"]:
        test = branch.this if node.this is None else exp.EQ(this=node.this, expression=branch.this)
        if truth(value(test, row)):
            return value(branch.args["true"], row)
    default = node.args.get("default")
    return None if default is None else value(default, row)


def _if(node: Any, row: Row) -> Any:
    chosen = node.args["true"] if truth(value(node.this, row)) else node.args.get("false")
    return None if chosen is None else value(chosen, row)


def _text(operate: Callable[[str], Any]) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        given = value(node.this, row)
        if given is None:
            return None
        if isinstance(given, bytes):
            return len(given) if isinstance(node, (exp.Length, exp.ByteLength)) else given
        return operate(str(given))

    return evaluate


def _coalesce(node: Any, row: Row) -> Any:
    found = (value(each, row) for each in (node.this, *node.expressions))
    return next((each for each in found if each is not None), None)


def _nullif(node: Any, row: Row) -> Any:
    left, right = value(node.this, row), value(node.expression, row)
    return None if equal(left, right) else left


def _concat(node: Any, row: Row) -> Any:
    parts = node.expressions or [node.this, node.expression]
    values = [value(part, row) for part in parts]
    return None if None in values else "".join(map(str, values))


def _column(node: Any, row: Row) -> Value:
    if node.name in row:
        return row[node.name]
    for name in row:  # unquoted names are written as they please
        if name.lower() == node.name.lower():
            return row[name]
    raise Unknown(node.name)


def _literal(node: Any, _row: Row) -> Any:
    if node.is_string:
        return node.this
    return Decimal(node.this) if re.search(r"[.eE]", node.this) else int(node.this)


def _negative(node: Any, row: Row) -> Any:
    found = number(value(node.this, row))
    return None if found is None else -found


def _position(node: Any, row: Row) -> Any:
    text, part = value(node.this, row), value(node.args["substr"], row)
    return None if text is None or part is None else str(text).find(str(part)) + 1


def _extract(node: Any, row: Row) -> Any:
    given = value(node.expression, row)
    return None if given is None else extract(str(node.this).lower(), given)


def _function(node: Any, row: Row) -> Any:
    function = FUNCTIONS.get(node.name.lower())
    if function is None:
        raise Unknown(node.name)
    return function([value(each, row) for each in node.expressions])


def _of_one(function: Callable[[Any], Any]) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        given = value(node.this, row)
        return None if given is None else function(given)

    return evaluate


_NODES: Mapping[str, Callable[[Any, Row], Any]] = {
    "Paren": lambda node, row: value(node.this, row),
    "Column": _column,
    "Literal": _literal,
    "Null": lambda node, row: None,
    "Boolean": lambda node, row: bool(node.this),
    "National": lambda node, row: str(node.this),
    "Introducer": lambda node, row: value(node.expression, row),
    "Collate": lambda node, row: value(node.this, row),
    "And": _junction,
    "Or": _junction,
    "Xor": _xor,
    "Not": _not,
    "EQ": _compare(lambda a, b: a == b),
    "NEQ": _compare(lambda a, b: a != b),
    "GT": _compare(lambda a, b: a > b),
    "GTE": _compare(lambda a, b: a >= b),
    "LT": _compare(lambda a, b: a < b),
    "LTE": _compare(lambda a, b: a <= b),
    "Is": _is,
    "NullSafeEQ": _distinct,
    "NullSafeNEQ": _distinct,
    "Between": _between,
    "In": _in,
    "Like": _matches(like_regex, whole=True),
    "ILike": _matches(like_regex, re.IGNORECASE, whole=True),
    "SimilarTo": _matches(lambda text: like_regex(text, similar=True), whole=True),
    "RegexpLike": _matches(posix_regex, whole=False),
    "RegexpILike": _matches(posix_regex, re.IGNORECASE, whole=False),
    "Glob": _matches(glob_regex, whole=True),
    "Add": _arithmetic(lambda a, b: a + b),
    "Sub": _arithmetic(lambda a, b: a - b),
    "Mul": _arithmetic(lambda a, b: a * b),
    "Div": _arithmetic(lambda a, b: a / b),
    "Mod": _arithmetic(lambda a, b: a % b),
    "Neg": _negative,
    "Interval": _interval,
    "Cast": _cast,
    "TryCast": _cast,
    "Case": _case,
    "If": _if,
    "Length": _text(len),
    "ByteLength": _text(lambda text: len(text.encode())),
    "Lower": _text(str.lower),
    "Upper": _text(str.upper),
    "Trim": _text(str.strip),
    "Abs": lambda node, row: None if (found := number(value(node.this, row))) is None else abs(found),
    "Coalesce": _coalesce,
    "Nullif": _nullif,
    "DPipe": _concat,
    "Concat": _concat,
    "Array": lambda node, row: [value(each, row) for each in node.expressions],
    "ArraySize": _of_one(lambda given: len(elements(given)) or None),
    "StrPosition": _position,
    "Typeof": lambda node, row: type_in_sqlite(value(node.this, row)),
    "Extract": _extract,
    "CurrentTimestamp": lambda node, row: NOW,
    "CurrentDate": lambda node, row: NOW[:10],
    "Anonymous": _function,
}
