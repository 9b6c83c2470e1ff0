"""SQLite's declared types as `migcheck.model.tables.DataType`: what they are called, for SQLite itself takes
nearly everything."""

from __future__ import annotations

import re

from migcheck.model.tables import DataType

_DECLARED = re.compile(r"\s*([A-Za-z_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*")
# What SQLAlchemy's types are compiled to, and usual spellings of others; else the affinity decides
# (sqlite.org/datatype3.html#determination_of_column_affinity).
_NAMED = {
    "BOOLEAN": "boolean", "BOOL": "boolean", "DATE": "date", "DATETIME": "timestamp",
    "TIMESTAMP": "timestamp", "TIME": "time", "JSON": "json", "JSONB": "json", "UUID": "uuid",
}  # fmt: skip


def type_of(declared: str) -> DataType:
    """The type of a column that was declared so."""
    found = _DECLARED.fullmatch(declared)
    name = (found[1] if found else declared).upper()
    first, second = (
        (int(number) if number else None for number in (found[2], found[3])) if found else (None, None)
    )
    if name in _NAMED:
        precision = 6 if _NAMED[name] == "timestamp" else None
        return DataType(_NAMED[name], declared, precision=precision)
    if "INT" in name:
        return DataType("integer", declared, minimum=-(2**63), maximum=2**63 - 1)
    if any(word in name for word in ("CHAR", "CLOB", "TEXT", "ENUM")):
        return DataType("text", declared, length=first)
    if "BLOB" in name or "BINARY" in name:
        return DataType("bytes", declared, length=first)
    if any(word in name for word in ("REAL", "FLOA", "DOUB")):
        return DataType("float", declared)
    if not name:
        return DataType("text", declared)
    return DataType("decimal", declared, precision=first, scale=second if first else None)
