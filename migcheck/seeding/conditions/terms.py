"""Values of SQL as Python's: how they compare, and what they are as conditions, numbers and arrays."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from migcheck.seeding.conditions.condition import Unknown

_NUMBERS = (int, float, Decimal)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def truth(result: Any) -> bool | None:
    """A value as a condition's."""
    if result is None or isinstance(result, bool):
        return result
    if isinstance(result, _NUMBERS):
        return result != 0
    if isinstance(result, str):
        found = number(result)
        return found != 0 if found is not None else result.lower() in ("t", "true", "on", "yes")
    raise Unknown(str(result))


def number(given: Any) -> Decimal | None:
    """A value as a number, None for what is none."""
    if isinstance(given, bool):
        return Decimal(int(given))
    try:
        return Decimal(str(given))
    except InvalidOperation:
        return None


def comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Both in a form in which Python compares them as SQL does. Raises Unknown."""
    if isinstance(left, _NUMBERS) or isinstance(right, _NUMBERS):
        first, second = number(left), number(right)
        if first is None or second is None:
            raise Unknown(f"{left!r} and {right!r}")
        return first, second
    if isinstance(left, str) and isinstance(right, str):
        # Dates and times in one form, so that they compare as texts: a date is its midnight.
        if _DAY.match(left) and _DAY.match(right):
            return _moment(left), _moment(right)
        return left, right
    if type(left) is type(right):
        return left, right
    raise Unknown(f"{left!r} and {right!r}")


def equal(left: Any, right: Any) -> bool:
    """Whether both are the same value, neither of them NULL. Raises Unknown."""
    if left is None or right is None:
        return False
    one, other = comparable(left, right)
    return bool(one == other)


def _moment(text: str) -> str:
    if len(text) == 10:
        return f"{text} 00:00:00"
    return re.sub(r"(:\d\d.*?)([+-]\d\d(:?\d\d)?|Z)$", r"\1", text.replace("T", " "))


def elements(given: Any) -> list[Any]:
    """Those of an array. Raises Unknown."""
    if isinstance(given, list):
        return given
    if isinstance(given, str) and given.startswith("{") and '"' not in given and "\\" not in given:
        inner = given[1:-1]
        return [None if part.upper() == "NULL" else part for part in inner.split(",")] if inner else []
    raise Unknown(f"the array {given!r}")


def every(results: list[bool | None]) -> bool | None:
    """AND of all."""
    return False if False in results else None if None in results else True


def some(results: list[bool | None]) -> bool | None:
    """OR of all."""
    return True if True in results else None if None in results else False
