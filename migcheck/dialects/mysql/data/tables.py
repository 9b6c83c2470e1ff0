"""The tables of a MariaDB or MySQL database, as somebody sees them who puts rows in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from migcheck.model.tables import (
    PARTITION_BOUND,
    Check,
    Column,
    DataType,
    ForeignKey,
    Key,
    Table,
    TableName,
    Tables,
)

Rows = Sequence[tuple[Any, ...]]

TABLES = """
SELECT TABLE_NAME, ENGINE, TABLE_TYPE FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME
"""
COLUMNS = """
SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, CHARACTER_MAXIMUM_LENGTH,
       NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, COLLATION_NAME, EXTRA
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION
"""
INDEXES = """
SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, {expression}
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0
ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX
"""
FOREIGN_KEYS = """
SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME,
       r.DELETE_RULE, r.UPDATE_RULE
FROM information_schema.KEY_COLUMN_USAGE k
JOIN information_schema.REFERENTIAL_CONSTRAINTS r
  ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
 AND r.TABLE_NAME = k.TABLE_NAME
WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION
"""
CHECKS_OF_MARIADB = """
SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, 'YES' FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME
"""
CHECKS_OF_MYSQL = """
SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE, t.ENFORCED
FROM information_schema.CHECK_CONSTRAINTS c
JOIN information_schema.TABLE_CONSTRAINTS t
  ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.CONSTRAINT_TYPE = 'CHECK' ORDER BY 1, 2
"""
PARTITIONS = """
SELECT TABLE_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, PARTITION_DESCRIPTION
FROM information_schema.PARTITIONS
WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_METHOD IN ('RANGE', 'RANGE COLUMNS', 'LIST', 'LIST COLUMNS')
  AND COALESCE(SUBPARTITION_ORDINAL_POSITION, 1) = 1
ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION
"""
TRIGGERS = """
SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS
WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_MANIPULATION = 'INSERT' ORDER BY 1, 2
"""

_WIDTHS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "integer": 32, "bigint": 64}
_FAMILIES = {
    "decimal": "decimal", "numeric": "decimal", "float": "float", "double": "float", "bit": "bits",
    "year": "year",
    "date": "date", "time": "time", "datetime": "timestamp", "timestamp": "timestamp", "json": "json",
    "uuid": "uuid", "inet6": "network", "inet4": "network", "enum": "enum", "set": "set", "binary": "bytes",
    "varbinary": "bytes", "blob": "bytes", "tinyblob": "bytes", "mediumblob": "bytes", "longblob": "bytes",
    "point": "spatial", "linestring": "spatial", "polygon": "spatial", "geometry": "spatial",
    "multipoint": "spatial", "multilinestring": "spatial", "multipolygon": "spatial",
    "geometrycollection": "spatial",
}  # fmt: skip


def queries(mariadb: bool) -> tuple[str, ...]:
    """The queries of which `assembled` takes the rows."""
    expression = "NULL" if mariadb else "EXPRESSION"
    checks = CHECKS_OF_MARIADB if mariadb else CHECKS_OF_MYSQL
    return TABLES, COLUMNS, INDEXES.format(expression=expression), FOREIGN_KEYS, checks, TRIGGERS, PARTITIONS


def assembled(answers: Sequence[Rows], leave_out: frozenset[str]) -> Tables:
    """The tables from the rows of `queries`."""
    listed, *rest = answers
    parts = [_by_table(rows) for rows in rest]
    return {
        TableName("", name): _table(name, engine or "", *(part[name] for part in parts))
        for name, engine, _ in listed
        if name not in leave_out
    }


def _by_table(rows: Rows) -> Mapping[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1:])
    return found


def _table(
    name: str,
    engine: str,
    columns: Rows,
    indexes: Rows,
    foreign: Rows,
    checks: Rows,
    triggers: Rows,
    partitions: Rows,
) -> Table:
    json_columns = {
        found[1] for _, sql, _ in checks if (found := re.fullmatch(r"json_valid\(`(.+)`\)", sql.strip()))
    }
    return Table(
        TableName("", name),
        tuple(_column(row, is_json=row[0] in json_columns) for row in columns),
        tuple(_keys(indexes)),
        tuple(_foreign_keys(foreign)),
        (
            *(Check(check, sql, enforced=enforced == "YES") for check, sql, enforced in checks),
            *_bound(partitions),
        ),
        triggers=tuple(trigger for (trigger,) in triggers),
        engine=engine,
    )


def _bound(partitions: Rows) -> Iterator[Check]:
    """What all partitions together take, as a condition."""
    if not partitions:
        return
    method, expression, last = partitions[-1]
    described = [str(description) for _, _, description in partitions]
    if "," in expression or "MAXVALUE" in str(last) or "DEFAULT" in described:
        return  # all rows, or (of several columns) nobody knows which
    if method.startswith("RANGE"):
        yield Check(PARTITION_BOUND, f"{expression} < {last}")
    else:
        yield Check(PARTITION_BOUND, f"{expression} IN ({', '.join(described)})")


def _column(row: tuple[Any, ...], *, is_json: bool) -> Column:
    name, kind, sql, nullable, default, length, precision, scale, fraction, collation, extra = row
    data_type = _type(kind.lower(), sql, length, precision, scale, fraction, is_json)
    return Column(
        name,
        data_type,
        nullable=nullable == "YES",
        default=None if default is None or default == "NULL" else str(default),
        serial="auto_increment" in extra.lower(),
        generated="GENERATED" in extra.upper() and "DEFAULT_GENERATED" not in extra.upper(),
        case_insensitive=data_type.family == "text" and (collation or "").endswith("_ci"),
    )


def _type(
    kind: str, sql: str, length: Any, precision: Any, scale: Any, fraction: Any, is_json: bool
) -> DataType:
    if is_json:
        return DataType("json", sql)
    if sql.lower() == "tinyint(1)":
        return DataType("boolean", sql)
    if kind in _WIDTHS:
        top = 2 ** (_WIDTHS[kind] - (0 if "unsigned" in sql.lower() else 1))
        return DataType("integer", sql, minimum=0 if "unsigned" in sql.lower() else -top, maximum=top - 1)
    family = _FAMILIES.get(kind, "text" if length is not None else "other")
    if family in ("enum", "set"):
        labels = tuple(label.replace("''", "'") for label in re.findall(r"'((?:[^']|'')*)'", sql))
        return DataType(family, sql, labels=labels)
    if family == "decimal":
        return DataType(family, sql, precision=int(precision), scale=int(scale or 0))
    if family in ("text", "bytes"):
        fixed = kind in ("char", "binary")
        return DataType(family, sql, length=None if length is None else int(length), fixed=fixed)
    if family == "bits":
        return DataType(family, sql, length=int(precision), fixed=True)
    return DataType(family, sql, precision=None if fraction is None else int(fraction))


def _keys(rows: Rows) -> list[Key]:
    parts: dict[str, list[tuple[Any, Any, Any]]] = defaultdict(list)
    for name, *part in rows:
        parts[name].append((part[0], part[1], part[2]))
    return [_key(name, elements) for name, elements in parts.items()]


def _key(name: str, elements: list[tuple[Any, Any, Any]]) -> Key:
    if all(column is not None and prefix is None for column, prefix, _ in elements):
        columns = tuple(column for column, _, _ in elements)
        return Key(name, columns, primary=name == "PRIMARY")
    texts = tuple(
        f"({expression})" if column is None else f"left(`{column}`, {prefix})" if prefix else f"`{column}`"
        for column, prefix, expression in elements
    )
    return Key(name, texts, expressions=True)


def _foreign_keys(rows: Rows) -> list[ForeignKey]:
    parts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for name, *part in rows:
        parts[name].append(tuple(part))
    return [
        ForeignKey(
            name,
            tuple(part[0] for part in each),
            TableName("", each[0][1]),
            tuple(part[2] for part in each),
            _action(each[0][3]),
            _action(each[0][4]),
        )
        for name, each in parts.items()
    ]


def _action(rule: str) -> str:
    return "NO ACTION" if rule == "RESTRICT" else rule
