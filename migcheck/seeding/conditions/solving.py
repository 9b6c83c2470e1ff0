"""Finding values for which conditions hold."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from itertools import combinations, product
from typing import Any

from migcheck.model.tables import DataType, Value
from migcheck.seeding.conditions.condition import Condition, Unknown

_MOST = 3_000  # evaluations of all conditions
_EACH = 40  # values tried for a column


def solve(
    conditions: Sequence[Condition],
    row: Mapping[str, Value],
    types: Mapping[str, DataType],
    free: Collection[str],
    rng: random.Random,
    *,
    violate: Condition | None = None,
) -> dict[str, Value] | None:
    """New values of some of the `free` columns, so that no condition is false (NULL will do, as in a CHECK)
    and `violate` is; {} where the row does already, None where nothing is found.

    A condition that only the server can evaluate is taken to hold.
    """
    wanted = _Wanted(conditions, violate)
    if violate is not None and not wanted.can_be_violated(row):
        return None
    change: dict[str, Value] = {}
    tries = iter(range(_MOST))
    while unmet := wanted.unmet({**row, **change}):
        better = _better(wanted, {**row, **change}, unmet, types, free, rng, tries)
        if better is None:
            return None
        change.update(better)
    return change


def _better(
    wanted: _Wanted,
    row: Mapping[str, Value],
    unmet: int,
    types: Mapping[str, DataType],
    free: Collection[str],
    rng: random.Random,
    tries: Iterator[int],
) -> dict[str, Value] | None:
    """New values of as few columns as can be, with which less is unmet; None where `tries` end before."""
    needed = wanted.columns(row)
    columns = [name for name in row if name in free and name in needed]
    choices = {name: _choices(name, wanted, row, types, rng) for name in columns}
    for size in (1, 2, 3):
        for chosen in combinations(columns, size):
            for values in product(*(choices[name] for name in chosen)):
                if next(tries, None) is None:
                    return None
                change = dict(zip(chosen, values, strict=True))
                if wanted.unmet({**row, **change}) < unmet:
                    return change
    return None


class _Wanted:
    """What is wanted of a row."""

    def __init__(self, conditions: Sequence[Condition], violate: Condition | None) -> None:
        self.conditions = conditions
        self.violate = violate

    def unmet(self, row: Mapping[str, Value]) -> int:
        """How many conditions are false, and whether `violate` is not."""
        false = sum(_is_false(condition, row) for condition in self.conditions)
        return false + (self.violate is not None and not _is_false(self.violate, row))

    def can_be_violated(self, row: Mapping[str, Value]) -> bool:
        """Whether `violate` can be evaluated at all."""
        return self.violate is not None and self.violate.tree is not None and bool(row)

    def columns(self, row: Mapping[str, Value]) -> set[str]:
        """The columns that could make a difference: of the conditions that are not met, and of those that
        share a column with them."""
        unmet = [condition for condition in self.conditions if _is_false(condition, row)]
        names = {name for condition in unmet for name in condition.columns}
        if self.violate is not None:
            names |= self.violate.columns
        for condition in self.conditions:
            if names & condition.columns:
                names |= condition.columns
        known = {name.lower(): name for name in row}
        return {known.get(name.lower(), name) for name in names}


def _is_false(condition: Condition, row: Mapping[str, Value]) -> bool:
    try:
        return condition.holds(row) is False
    except Unknown:
        return False


def _choices(
    name: str,
    wanted: _Wanted,
    row: Mapping[str, Value],
    types: Mapping[str, DataType],
    rng: random.Random,
) -> list[Value]:
    from migcheck.seeding.conditions.candidates import candidates

    found: dict[tuple[str, str], Any] = {}
    every = [*wanted.conditions, *([wanted.violate] if wanted.violate is not None else [])]
    for condition in every:
        if condition.tree is None or name.lower() not in {each.lower() for each in condition.columns}:
            continue
        for column, value in candidates(condition.tree, row, types, rng):
            if column.lower() == name.lower():
                fitted = _fitted(value, types.get(name))
                if fitted is not _NO:
                    found.setdefault((type(fitted).__name__, str(fitted)), fitted)
    return list(found.values())[:_EACH]


_NO = object()


def _fitted(value: Value, kind: DataType | None) -> object:
    """The value as one of that type, `_NO` where it is none."""
    if kind is None:
        return value
    if value is None:
        return None if kind.nullable else _NO
    if kind.family in ("integer", "year"):
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value == int(value):
            inside = (kind.minimum is None or value >= kind.minimum) and (
                kind.maximum is None or value <= kind.maximum
            )
            return int(value) if inside else _NO
        return _NO
    if kind.family in ("decimal", "float", "money"):
        return _decimal(value, kind)
    if kind.family == "boolean":
        return value if isinstance(value, bool) else _NO
    if isinstance(value, bool) or not isinstance(value, (str, bytes)):
        return str(value) if kind.family == "text" and not isinstance(value, bool) else _NO
    if kind.labels and kind.family == "enum":
        return value if value in kind.labels else _NO
    if kind.family in _FORMS and not _FORMS[kind.family](str(value)):
        return _NO
    if kind.family == "date":
        return str(value)[:10]
    too_long = kind.length is not None and kind.family == "text" and len(value) > kind.length
    return _NO if too_long else value


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?")
_FORMS: Mapping[str, Callable[[str], object]] = {
    "json": _is_json,
    "date": _MOMENT.fullmatch,
    "timestamp": _MOMENT.fullmatch,
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch,
    "array": re.compile(r"\{.*\}").fullmatch,
}


def _decimal(value: Value, kind: DataType) -> object:
    if isinstance(value, (bool, str, bytes)):
        return _NO
    number = Decimal(str(value))
    if kind.precision is not None:
        scale = kind.scale or 0
        if abs(number) >= Decimal(10) ** (kind.precision - scale):
            return _NO
        with localcontext() as context:
            context.prec = 1_000  # of digits that Python keeps
            if number != round(number, scale):
                return _NO
    return number
