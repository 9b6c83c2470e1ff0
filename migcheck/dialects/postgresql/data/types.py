"""PostgreSQL's types as `migcheck.model.tables.DataType`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from migcheck.model.tables import DataType

# The families of the built-in types, by their OIDs (pg_type.dat, which never renumbers).
_FAMILIES = {
    16: "boolean", 17: "bytes", 20: "integer", 21: "integer", 23: "integer", 26: "integer", 25: "text",
    18: "text", 19: "text", 1042: "text", 1043: "text", 114: "json", 3802: "json", 142: "xml",
    600: "geometry", 601: "geometry", 602: "geometry", 603: "geometry", 604: "geometry",
    628: "geometry", 718: "geometry",
    650: "network", 869: "network", 829: "network", 774: "network", 700: "float", 701: "float", 790: "money",
    1082: "date", 1083: "time", 1266: "time", 1114: "timestamp", 1184: "timestamp", 1186: "interval",
    1560: "bits", 1562: "bits", 1700: "decimal", 2950: "uuid", 3614: "tsvector",
}  # fmt: skip
_BOUNDS = {20: 2**63, 21: 2**15, 23: 2**31}
# Array types, whose elements no other query tells: a built-in element's OID by its array's.
_ARRAYS = {
    1000: 16, 1001: 17, 1016: 20, 1005: 21, 1007: 23, 1009: 25, 1002: 18, 1014: 1042, 1015: 1043, 199: 114,
    3807: 3802, 143: 142, 1041: 869, 651: 650, 1040: 829, 775: 774, 1021: 700, 1022: 701, 791: 790,
    1182: 1082, 1183: 1083, 1270: 1266, 1115: 1114, 1185: 1184, 1187: 1186, 1561: 1560, 1563: 1562,
    1231: 1700, 2951: 2950, 3643: 3614, 1017: 600, 1028: 26, 1003: 19,
}  # fmt: skip
# Types of well-known extensions whose values are text of a kind that is known.
_OF_EXTENSIONS = {"citext": "text", "hstore": "other", "ltree": "other", "vector": "other"}

TypeRow = Sequence[Any]


class Types:
    """The types of one database, from the rows of `queries.TYPES`."""

    def __init__(self, rows: Sequence[TypeRow]) -> None:
        self._rows: Mapping[int, TypeRow] = {row[0]: row for row in rows}

    def type_of(self, oid: int, modifier: int, sql: str) -> DataType:
        """The type with that OID and modifier, which the server writes as `sql`."""
        if oid in _FAMILIES:
            return _built_in(oid, modifier, sql)
        if oid in _ARRAYS:
            element = _ARRAYS[oid]
            return DataType("array", sql, element=_built_in(element, modifier, sql.removesuffix("[]")))
        row = self._rows.get(oid)
        return DataType("other", sql) if row is None else self._of_row(row, modifier, sql)

    def _of_row(self, row: TypeRow, modifier: int, sql: str) -> DataType:
        _, name, _, kind, base, base_modifier, not_null, element, category, labels, checks, fields = row[:12]
        if kind == "e":
            return DataType("enum", sql, labels=tuple(labels or ()))
        if kind == "d":
            return self._domain(name, sql, base, base_modifier, not_null, checks)
        if kind == "c":
            told = json.loads(fields or "[]")
            return DataType("composite", sql, fields=tuple((n, self.type_of(o, m, s)) for n, o, m, s in told))
        if kind == "r":
            return DataType("range", sql, element=self._plain(row[12]))
        if kind == "m":
            subtype = self._rows[row[13]][12] if row[13] in self._rows else 23
            return DataType("multirange", sql, element=self._plain(subtype))
        if category == "A" and element:
            return DataType("array", sql, element=self.type_of(element, modifier, sql.removesuffix("[]")))
        family = _OF_EXTENSIONS.get(name, "other")
        return DataType(family, sql, length=modifier if name == "vector" and modifier > 0 else None)

    def _plain(self, oid: int) -> DataType:
        names = {20: "bigint", 23: "integer", 1700: "numeric", 1082: "date"}
        names |= {1114: "timestamp without time zone", 1184: "timestamp with time zone"}
        return self.type_of(oid, -1, names.get(oid, "text"))

    def _domain(
        self, name: str, sql: str, base: int, modifier: int, not_null: bool, checks: Sequence[str] | None
    ) -> DataType:
        inner = self.type_of(base, modifier, sql)
        return DataType(
            inner.family, sql, inner.length, inner.fixed, inner.precision, inner.scale, inner.minimum,
            inner.maximum, inner.with_timezone, inner.labels, inner.element, inner.fields,
            domain=name, checks=(*inner.checks, *(checks or ())), nullable=inner.nullable and not not_null,
        )  # fmt: skip


def _built_in(oid: int, modifier: int, sql: str) -> DataType:
    family = _FAMILIES[oid]
    if oid in _BOUNDS:
        return DataType(family, sql, minimum=-_BOUNDS[oid], maximum=_BOUNDS[oid] - 1)
    if oid == 26:
        return DataType(family, sql, minimum=0, maximum=2**32 - 1)
    if oid in (1042, 1043):
        return DataType(family, sql, length=modifier - 4 if modifier > 0 else None, fixed=oid == 1042)
    if oid in (18, 19):
        return DataType(family, sql, length=1 if oid == 18 else 63)
    if oid in (1560, 1562):
        return DataType(family, sql, length=modifier if modifier > 0 else None, fixed=oid == 1560)
    if oid == 1700 and modifier > 0:
        scale = (modifier - 4) & 0x7FF
        return DataType(
            family,
            sql,
            precision=((modifier - 4) >> 16) & 0xFFFF,
            scale=scale - 2048 if scale > 1023 else scale,
        )
    if oid in (1083, 1266, 1114, 1184):
        return DataType(
            family, sql, precision=modifier if modifier >= 0 else 6, with_timezone=oid in (1266, 1184)
        )
    return DataType(family, sql)
