"""Functions and casts of SQL on values. None is NULL; what cannot be told raises Unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from migcheck.seeding.conditions.condition import Unknown
from migcheck.seeding.conditions.terms import elements, number, truth

_SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip


def cast(given: Any, kind: str) -> Any:
    """A value as one of the type that sqlglot calls `kind`."""
    if kind in ("TEXT", "VARCHAR", "CHAR", "NCHAR", "NVARCHAR", "USERDEFINED", "NAME"):
        return given if isinstance(given, (list, str)) else str(given)
    if kind in ("DECIMAL", "DOUBLE", "FLOAT", "BIGDECIMAL"):
        return number(given)
    if kind in ("INT", "BIGINT", "SMALLINT", "TINYINT"):
        found = number(given)
        return None if found is None else int(found)
    if kind == "BOOLEAN":
        return truth(given)
    if kind == "DATE":
        return str(given)[:10]
    if kind.startswith(("TIMESTAMP", "DATETIME", "TIME")) or kind == "UUID":
        return str(given)
    if kind == "INTERVAL":
        return interval(str(given))
    if kind == "ARRAY" and isinstance(given, list):
        return given
    raise Unknown(f"CAST to {kind}")


def interval(text: str) -> timedelta:
    """`3 days` as a length of time; a month has 30 days."""
    found = re.fullmatch(r"\s*(\d+)\s*([a-z]*)\s*", text.lower())
    if found is None or found[2].rstrip("s") not in _SECONDS:
        raise Unknown(text)
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2].rstrip("s")])


def moved(left: Any, right: Any, operate: Callable[[Any, Any], Any]) -> str:
    """A moment and an interval, added or taken from each other."""
    try:
        moment = datetime.fromisoformat(str(left)[:19])
        return operate(moment, right).isoformat(" ")  # type: ignore[no-any-return]
    except (ValueError, TypeError, OverflowError) as error:
        raise Unknown(f"{left!r} and {right!r}") from error


def extract(part: str, given: Any) -> Any:
    """EXTRACT(part FROM given)."""
    try:
        moment = datetime.fromisoformat(str(given)[:19])
        found = {"isodow": moment.isoweekday(), "dow": moment.isoweekday() % 7}
        return found[part] if part in found else getattr(moment, part)
    except (ValueError, AttributeError) as error:
        raise Unknown(part) from error


def type_in_sqlite(given: Any) -> str:
    """typeof(given)."""
    names = {type(None): "null", int: "integer", float: "real", bytes: "blob", bool: "integer"}
    return names.get(type(given), "text")


def is_json(given: Any) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(str(given))
    except ValueError:
        return False
    return True


def _kind_of_json(given: Any) -> str:
    try:
        kind = type(json.loads(str(given))).__name__
    except ValueError as error:
        raise Unknown(str(given)) from error
    names = {"dict": "object", "list": "array", "str": "string", "bool": "boolean", "NoneType": "null"}
    return names.get(kind, "number")


def _strict(function: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    """A function of one argument that gives NULL for NULL."""
    return lambda arguments: None if arguments[0] is None else function(arguments[0])


FUNCTIONS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "num_nonnulls": lambda arguments: sum(each is not None for each in arguments),
    "num_nulls": lambda arguments: sum(each is None for each in arguments),
    "cardinality": _strict(lambda given: len(elements(given))),
    "octet_length": _strict(lambda given: len(given if isinstance(given, bytes) else str(given).encode())),
    "btrim": _strict(lambda given: str(given).strip(" ")),
    "jsonb_typeof": _strict(_kind_of_json),
    "json_typeof": _strict(_kind_of_json),
    "json_valid": _strict(is_json),
}
"""Functions that sqlglot has no class for, by their names."""
