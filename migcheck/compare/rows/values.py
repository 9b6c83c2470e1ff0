"""When two values are the same one in another type, and when one is what is left of the other."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

_TRUE = frozenset({"t", "true", "1", "y", "yes", "on"})
_FALSE = frozenset({"f", "false", "0", "n", "no", "off"})
_ENDS = re.compile(r",+\)")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?([+-]\d\d(:?\d\d)?|Z)?")


def same(old: str, new: str, old_type: str, new_type: str) -> bool:
    """Whether `new` is the value that `old` was. Of one type that means the same text; else it is enough that
    both say the same: 5 and 5.00, t and 1, a date and its midnight, JSON in another layout."""
    if old == new:
        return True
    if old_type == new_type:
        if "json" in new_type.lower():
            return _json(old) is not None and _json(old) == _json(new)
        # A composite type that has got more attributes: NULLs at the end.
        return old[:1] in "({" and _ENDS.sub(")", old) == _ENDS.sub(")", new)
    return any(
        form(old) is not None and form(old) == form(new) for form in (_number, _truth, _stamp, _json, _padded)
    )


def left_of(old: str, new: str) -> bool:
    """Whether `new` is less than `old` was: its beginning, or the number without digits."""
    if len(new) < len(old) and old.startswith(new):
        return True
    first, second = _number(old), _number(new)
    return first is not None and second is not None and first != second and abs(first - second) <= 1


def is_now(text: str, now: float) -> bool:
    """Whether it is a moment of the day around `now` (seconds since 1970): the clock's, not somebody's."""
    moment = _moment(text)
    return moment is not None and abs(moment.timestamp() - now) < 26 * 3600


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().lstrip("$").replace(",", "") if text[:1] == "$" else text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _truth(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _moment(text: str) -> datetime | None:
    if not _STAMP.fullmatch(text):
        return None
    padded = re.sub(r"([+-]\d\d)$", r"\1:00", text.replace("Z", "+00:00"))
    padded = re.sub(r"\.(\d+)", lambda digits: f".{digits[1]:0<6.6}", padded)
    try:
        moment = datetime.fromisoformat(padded)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _stamp(text: str) -> datetime | None:
    return _moment(text)


def _json(text: str) -> str | None:
    if text[:1] not in '{["':
        return None
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return None


def _padded(text: str) -> str | None:
    return text.rstrip(" ") or None
