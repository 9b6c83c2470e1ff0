"""The value of an expression of SQL for a row: what CHECKs are made of, and nothing that needs a server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from migcheck.model.tables import Value
from migcheck.seeding.conditions.condition import Unknown
from migcheck.seeding.conditions.patterns import glob_regex, like_regex, posix_regex

# A moment that every server calls past, for what is compared with now: the day changes, an answer does not.
NOW = "2020-01-01 00:00:00"

Row = Mapping[str, Value]


def truth(result: Any) -> bool | None:
    """A value as a condition's."""
    if result is None or isinstance(result, bool):
        return result
    if isinstance(result, (int, float, Decimal)):
        return result != 0
    if isinstance(result, str):
        number = _number(result)
        return number != 0 if number is not None else result.lower() in ("t", "true", "on", "yes")
    raise Unknown(str(result))


def value(node: Any, row: Row) -> Any:
    """The value of a node: None is NULL, a list an array. Raises Unknown."""
    evaluate = _NODES.get(type(node).__name__)
    if evaluate is None:
        raise Unknown(type(node).__name__)
    result = evaluate(node, row)
    if node.args.get("negate") and isinstance(result, bool):
        return not result
    return result


def _number(given: Any) -> Decimal | None:
    if isinstance(given, bool):
        return Decimal(int(given))
    try:
        return Decimal(str(given))
    except InvalidOperation:
        return None


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    numbers = (int, float, Decimal)
    if isinstance(left, numbers) or isinstance(right, numbers):
        first, second = _number(left), _number(right)
        if first is None or second is None:
            raise Unknown(f"{left!r} and {right!r}")
        return first, second
    if isinstance(left, str) and isinstance(right, str):
        return _moments(left, right)
    if type(left) is type(right):
        return left, right
    raise Unknown(f"{left!r} and {right!r}")


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _moments(left: str, right: str) -> tuple[str, str]:
    """Dates and times in one form, so that they compare as texts: a date is its midnight."""
    if _DAY.match(left) and _DAY.match(right):
        return _moment(left), _moment(right)
    return left, right


def _moment(text: str) -> str:
    if len(text) == 10:
        return f"{text} 00:00:00"
    return re.sub(r"(:\d\d.*?)([+-]\d\d(:?\d\d)?|Z)$", r"\1", text.replace("T", " "))


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        quantified = node.expression
        left = value(node.this, row)
        if isinstance(quantified, (exp.Any, exp.All)):
            results = [None if left is None or each is None else test(*_comparable(left, each))
                       for each in _list(value(quantified.this, row))]  # fmt: skip
            return _any(results) if isinstance(quantified, exp.Any) else _all(results)
        right = value(quantified, row)
        if left is None or right is None:
            return None
        return test(*_comparable(left, right))

    return evaluate


def _list(given: Any) -> list[Any]:
    if isinstance(given, list):
        return given
    if isinstance(given, str) and given.startswith("{") and '"' not in given and "\\" not in given:
        inner = given[1:-1]
        return [None if part.upper() == "NULL" else part for part in inner.split(",")] if inner else []
    raise Unknown(f"the array {given!r}")


def _all(results: list[bool | None]) -> bool | None:
    return False if False in results else None if None in results else True


def _any(results: list[bool | None]) -> bool | None:
    return True if True in results else None if None in results else False


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
    same = left is right is None or (
        left is not None and right is not None and (lambda a, b: a == b)(*_comparable(left, right))
    )
    return same if isinstance(node, exp.NullSafeEQ) else not same


def _between(node: Any, row: Row) -> bool | None:
    middle = value(node.this, row)
    ends = [value(node.args[end], row) for end in ("low", "high")]
    if middle is None:
        return None
    sides = [
        None if end is None else (lambda a, b: a <= b if low else a >= b)(*_comparable(end, middle))
        for low, end in zip((True, False), ends, strict=True)
    ]
    return _all(sides)


def _in(node: Any, row: Row) -> bool | None:
    left = value(node.this, row)
    if left is None or not node.expressions:
        if left is None:
            return None
        raise Unknown("IN (SELECT ...)")
    found = [value(each, row) for each in node.expressions]
    return _any([None if each is None else (lambda a, b: a == b)(*_comparable(left, each)) for each in found])


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
            return _moved(left, right, operate)
        first, second = _number(left), _number(right)
        if first is None or second is None:
            raise Unknown(f"{left!r} and {right!r}")
        try:
            return operate(first, second)
        except (ArithmeticError, ValueError) as error:
            raise Unknown(str(error)) from error

    return evaluate


def _moved(left: Any, right: Any, operate: Callable[[Any, Any], Any]) -> str:
    try:
        moment = datetime.fromisoformat(str(left)[:19])
        return operate(moment, right).isoformat(" ")  # type: ignore[no-any-return]
    except (ValueError, TypeError, OverflowError) as error:
        raise Unknown(f"{left!r} and {right!r}") from error


def _interval(node: Any, row: Row) -> timedelta:
    text = value(node.this, row) if node.this is not None else ""
    unit = str(node.args.get("unit") or "")
    found = re.fullmatch(r"\s*(\d+)\s*([a-z]*)\s*", f"{text} {unit.lower()}".strip())
    lengths = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000}
    lengths["year"] = 31536000
    if found is None or found[2].rstrip("s") not in lengths:
        raise Unknown(str(node))
    return timedelta(seconds=int(found[1]) * lengths[found[2].rstrip("s")])


def _cast(node: Any, row: Row) -> Any:
    given, kind = value(node.this, row), node.to.this.name
    if given is None:
        return None
    if kind in ("TEXT", "VARCHAR", "CHAR", "NCHAR", "NVARCHAR", "USERDEFINED", "NAME"):
        return given if isinstance(given, (list, str)) else str(given)
    if kind in ("DECIMAL", "DOUBLE", "FLOAT", "BIGDECIMAL"):
        return _number(given)
    if kind in ("INT", "BIGINT", "SMALLINT", "TINYINT"):
        number = _number(given)
        return None if number is None else int(number)
    if kind == "BOOLEAN":
        return truth(given)
    if kind == "DATE":
        return str(given)[:10]
    if kind.startswith(("TIMESTAMP", "DATETIME", "TIME")) or kind == "UUID":
        return str(given)
    if kind == "INTERVAL":
        return _interval(exp.Interval(this=exp.Literal.string(given)), row)
    if kind == "ARRAY" and isinstance(given, list):
        return given
    raise Unknown(f"CAST to {kind}")


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
    number = _number(value(node.this, row))
    return None if number is None else -number


def _position(node: Any, row: Row) -> Any:
    text, part = value(node.this, row), value(node.args["substr"], row)
    return None if text is None or part is None else str(text).find(str(part)) + 1


def _typeof(node: Any, row: Row) -> str:
    given = value(node.this, row)
    names = {type(None): "null", int: "integer", float: "real", bytes: "blob", bool: "integer"}
    return names.get(type(given), "text")


def _extract(node: Any, row: Row) -> Any:
    given, part = value(node.expression, row), str(node.this).lower()
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(str(given)[:19])
        found = {"isodow": moment.isoweekday(), "dow": moment.isoweekday() % 7}
        return found[part] if part in found else getattr(moment, part)
    except (ValueError, AttributeError) as error:
        raise Unknown(part) from error


def _nulls(node: Any, row: Row, *, null: bool) -> int:
    return sum((value(each, row) is None) is null for each in node.expressions)


def _kind_of_json(node: Any, row: Row) -> str | None:
    given = value(node.expressions[0], row)
    if given is None:
        return None
    try:
        kind = type(json.loads(str(given))).__name__
    except ValueError as error:
        raise Unknown(str(given)) from error
    names = {"dict": "object", "list": "array", "str": "string", "bool": "boolean", "NoneType": "null"}
    return names.get(kind, "number")


def _valid_json(node: Any, row: Row) -> bool | None:
    given = value(node.expressions[0] if node.expressions else node.this, row)
    if given is None:
        return None
    try:
        json.loads(str(given))
    except ValueError:
        return False
    return True


def _function(node: Any, row: Row) -> Any:
    evaluate = _FUNCTIONS.get(node.name.lower())
    if evaluate is None:
        raise Unknown(node.name)
    return evaluate(node, row)


def _first(operate: Callable[[Any], Any]) -> Callable[[Any, Row], Any]:
    def evaluate(node: Any, row: Row) -> Any:
        given = value(node.expressions[0], row)
        return None if given is None else operate(given)

    return evaluate


_FUNCTIONS: Mapping[str, Callable[[Any, Row], Any]] = {
    "num_nonnulls": lambda node, row: _nulls(node, row, null=False),
    "num_nulls": lambda node, row: _nulls(node, row, null=True),
    "cardinality": _first(lambda given: len(_list(given))),
    "octet_length": _first(lambda given: len(given if isinstance(given, bytes) else str(given).encode())),
    "btrim": _first(lambda given: str(given).strip(" ")),
    "jsonb_typeof": _kind_of_json,
    "json_typeof": _kind_of_json,
    "json_valid": _valid_json,
}

_TODAY = date.fromisoformat(NOW[:10])

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
    "Abs": lambda node, row: None if (n := _number(value(node.this, row))) is None else abs(n),
    "Coalesce": _coalesce,
    "DPipe": _concat,
    "Concat": _concat,
    "Array": lambda node, row: [value(each, row) for each in node.expressions],
    "ArraySize": lambda node, row: None if (v := value(node.this, row)) is None else len(_list(v)),
    "StrPosition": _position,
    "Typeof": _typeof,
    "Extract": _extract,
    "CurrentTimestamp": lambda node, row: NOW,
    "CurrentDate": lambda node, row: _TODAY.isoformat(),
    "Anonymous": _function,
}
