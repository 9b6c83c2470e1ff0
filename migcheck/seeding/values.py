"""Values of each type: plain ones, another for each number, and those on the edges of what the type takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isqrt
from uuid import UUID

from migcheck.model.tables import DataType, Value
from migcheck.seeding.faking import DISTINCT, fake, provider_of
from migcheck.seeding.refused import Unsolvable

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FIRST_DAY = date(2001, 1, 1)
_LONG, _LONGEST = 300, 2_000  # characters of the longest text where the type sets no bound, and of any
_ROOM = 4  # digits that the largest decimals leave free: arithmetic with them is not their point


def plain(name: str, kind: DataType, number: int, seed: str) -> Value:
    """Value number `number` of a column called `name`; other numbers give other values as far as the type has
    room. Raises Unsolvable for a type of which no value is known."""
    make = _PLAIN.get(kind.family)
    if make is not None:
        return make(kind, number)
    if kind.family == "text":
        return _text(name, kind, number, seed)
    if kind.family == "array":
        assert kind.element is not None
        items = [plain(name, kind.element, number * 2 + offset, seed) for offset in (0, 1)]
        return "{" + ",".join(_quoted(item) for item in items) + "}"
    if kind.family == "composite":
        fields = [plain(field, inner, number, seed) for field, inner in kind.fields]
        return "(" + ",".join(_quoted(field) for field in fields) + ")"
    return _other(kind, number)


def edges(name: str, kind: DataType) -> tuple[Value, ...]:
    """Values on the edges: the longest text (which ends with an emoji) or the largest number, then the
    emptiest or the smallest; () where the type has none."""
    if kind.family == "text":
        length = min(kind.length if kind.length is not None else _LONG, _LONGEST)
        if kind.fixed or length < 2:
            return ()
        longest = (name + " is as long as can be, ") * (1 + length // (len(name) + 1))
        return longest[: length - 1].rstrip().ljust(length - 1, ".") + "\U0001f600", ""
    if kind.family == "integer" and kind.maximum is not None:
        # Two of them can still be multiplied, and one of them by 100.
        return (isqrt(kind.maximum), 0)
    if kind.family == "decimal" and kind.precision is not None:
        scale = kind.scale or 0
        most = 10 ** max(kind.precision - scale - _ROOM, 0)
        # With something in the last digit: what a type with fewer of them loses.
        last = f".{'1'.rjust(scale, '0')}" if scale > 0 else ""
        return (Decimal(f"{most - 1}{last}"), Decimal(0))
    far = {"date": "2999-12-31", "timestamp": "2999-12-31 23:59:59"}
    if kind.family in far:
        digits = "." + "9" * kind.precision if kind.family == "timestamp" and kind.precision else ""
        return (far[kind.family] + digits + ("+00" if kind.with_timezone else ""),)
    if kind.family == "array" and kind.element is not None:
        return (_twice(name, kind.element), "{}")
    empty: Mapping[str, tuple[Value, ...]] = {
        "json": ("{}",),
        "bytes": (b"\x00\xff"[: kind.length],),
    }
    return empty.get(kind.family, ())


def _twice(name: str, element: DataType) -> Value:
    """An array that holds the same item twice."""
    try:
        item = _quoted(plain(name, element, 1, name))
    except Unsolvable:
        return "{}"
    return f"{{{item},{item}}}"


def _code(number: int, length: int | None = None) -> str:
    """A number in few characters, of just `length` where that is told."""
    found = ""
    while number or not found:
        number, digit = divmod(number, 36)
        found = _DIGITS[digit] + found
    return found if length is None else found.rjust(length, "0")[-length:]


def _text(name: str, kind: DataType, number: int, seed: str) -> str:
    length = kind.length
    if kind.sql.endswith('"char"') or (length is not None and (kind.fixed or length < 12)):
        return _code(number, length if kind.fixed else min(length or 1, 6))
    provider = provider_of(name)
    text = fake(provider, seed, number).replace("\n", " ")
    if number % 2 and provider in ("word", "email", "user_name"):
        text = text.capitalize()  # as people type it
    if provider in ("email", "user_name", "slug", "sha1"):
        text = f"{_code(number)}.{text}"
    elif number >= DISTINCT or provider in ("word", "language_code", "currency_code", "country_code"):
        text = f"{text} {_code(number)}"
    if length is not None and len(text) > length:
        text = text[: length - 7].rstrip() + _code(number, 6)
    return text


def _integer(kind: DataType, number: int) -> int:
    low = max(kind.minimum or 0, 0)
    room = (kind.maximum if kind.maximum is not None else 10**6) - low
    return low + (number + 1) % max(min(room, 10**6), 2)


def _decimal(kind: DataType, number: int) -> Decimal:
    scale = kind.scale or 0 if kind.precision is not None else 2
    shown = min(max(scale, 0), 2)  # digits after the point
    room = 9 if kind.precision is None else max(kind.precision - scale + shown, 0)
    return Decimal((number * 100 + 50 if shown else number + 1) % 10 ** min(room, 9)).scaleb(-shown)


def _bits(kind: DataType, number: int) -> str:
    bits = format(number + 1, "b")
    return bits if kind.length is None else bits.rjust(kind.length, "0")[-kind.length :]


def _moment(kind: DataType, number: int) -> str:
    return _at(kind, datetime(2001, 1, 1) + timedelta(days=number % 20_000, minutes=number))


def _at(kind: DataType, moment: datetime) -> str:
    return moment.isoformat(" ") + ("+00" if kind.with_timezone else "")


def _time(kind: DataType, number: int) -> str:
    moment = datetime(2001, 1, 1) + timedelta(seconds=number % 86_400)
    return moment.time().isoformat() + ("+00" if kind.with_timezone else "")


def _bytes(kind: DataType, number: int) -> bytes:
    text = f"bytes {_code(number)}".encode()
    length = kind.length
    if length is None:
        return text
    return _code(number, length).encode() if kind.fixed or len(text) > length else text


def _network(kind: DataType, number: int) -> str:
    high, low = divmod(number + 1, 250)
    name = kind.sql.lower()
    if name.startswith("macaddr8"):
        return f"02:00:00:ff:fe:00:{high % 256:02x}:{low + 1:02x}"
    if name.startswith("macaddr"):
        return f"02:00:00:00:{high % 256:02x}:{low + 1:02x}"
    if name.startswith("inet6"):
        return f"2001:db8::{high:x}:{low + 1:x}"
    if name.startswith("cidr"):
        return f"10.{number // 256 % 256}.{number % 256}.0/24"
    return f"10.{high // 256 % 256}.{high % 256}.{low + 1}"


def _label(kind: DataType, number: int) -> str:
    if not kind.labels:
        raise Unsolvable(f"{kind.sql} has no label")
    return kind.labels[number % len(kind.labels)]


def _range(kind: DataType, number: int) -> str:
    element = kind.element
    family = element.family if element is not None else "integer"
    if element is None or family not in ("integer", "decimal", "float", "date", "timestamp"):
        raise Unsolvable(f"no value of {kind.sql} is known")
    if family == "date":
        first = _FIRST_DAY + timedelta(days=number * 10)
        ends = first.isoformat(), (first + timedelta(days=5)).isoformat()
    elif family == "timestamp":
        starts = datetime(2001, 1, 1) + timedelta(hours=number * 10)
        ends = _at(element, starts), _at(element, starts + timedelta(hours=5))
    else:
        ends = str(number * 10), str(number * 10 + 5)
    return f'["{ends[0]}","{ends[1]}")' if family == "timestamp" else f"[{ends[0]},{ends[1]})"


def _geometry(kind: DataType, number: int) -> str:
    x, name = number + 1, kind.sql.lower()
    shapes = {
        "point": f"({x},1)", "line": f"{{1,{x},1}}", "lseg": f"[({x},0),({x},1)]", "box": f"(({x},1),(0,0))",
        "path": f"[({x},0),({x},1)]", "polygon": f"(({x},0),({x},1),(0,1))", "circle": f"<({x},0),1>",
    }  # fmt: skip
    if name not in shapes:
        raise Unsolvable(f"no value of {kind.sql} is known")
    return shapes[name]


def _other(kind: DataType, number: int) -> Value:
    name = kind.sql.lower().rpartition(".")[2]
    if name.startswith("vector"):
        return "[" + ",".join([str(number % 100 + 1)] + ["0"] * ((kind.length or 3) - 1)) + "]"
    known = {
        "hstore": f'"n"=>"{number}"',
        "ltree": f"top.n{number}",
        "jsonpath": f"$.n{number}",
        "xid8": str(number),
    }
    if name not in known:
        raise Unsolvable(f"no value of the type {kind.sql} is known")
    return known[name]


def _quoted(value: Value) -> str:
    """A value inside an array or a composite."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    text = "\\x" + value.hex() if isinstance(value, bytes) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _spatial(kind: DataType, number: int) -> str:
    """In well-known text."""
    x, name = number + 1, kind.sql.lower()
    line, ring = f"(0 0,{x} 1)", f"((0 0,{x} 0,{x} 1,0 0))"
    shapes = {
        "linestring": f"LINESTRING{line}", "polygon": f"POLYGON{ring}", "multipoint": f"MULTIPOINT({x} 1)",
        "multilinestring": f"MULTILINESTRING({line})", "multipolygon": f"MULTIPOLYGON({ring})",
        "geometrycollection": f"GEOMETRYCOLLECTION(POINT({x} 1))",
    }  # fmt: skip
    return shapes.get(name, f"POINT({x} 1)")


_PLAIN: Mapping[str, Callable[[DataType, int], Value]] = {
    "integer": _integer,
    "decimal": _decimal,
    "float": lambda kind, number: number + 0.5,
    "money": lambda kind, number: Decimal(number * 100 + 50).scaleb(-2),
    "boolean": lambda kind, number: number % 2 == 0,
    "bytes": _bytes,
    "bits": _bits,
    "date": lambda kind, number: (_FIRST_DAY + timedelta(days=number)).isoformat(),
    "time": _time,
    "timestamp": _moment,
    "interval": lambda kind, number: f"{number + 1} hours",
    "year": lambda kind, number: 1970 + number % 100,
    "uuid": lambda kind, number: str(UUID(bytes=hashlib.md5(str(number).encode()).digest(), version=4)),
    "json": lambda kind, number: json.dumps({"number": number}),
    "xml": lambda kind, number: f"<row>{number}</row>",
    "network": _network,
    "enum": _label,
    "set": _label,
    "range": _range,
    "multirange": lambda kind, number: "{" + _range(kind, number) + "}",
    "geometry": _geometry,
    "spatial": _spatial,
    "tsvector": lambda kind, number: f"'word{number}'",
}
