"""The tables of an SQLite database, as somebody sees them who puts rows in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from migcheck.dialects.sqlite import definitions, reader
from migcheck.dialects.sqlite.data.types import type_of
from migcheck.dialects.sqlite.expressions import Scope, closing
from migcheck.dialects.sqlite.parser import indexed_columns
from migcheck.dialects.sqlite.tables import key_text, parsed, primary_key, scope
from migcheck.dialects.sqlite.tokens import TokenError, folded, tokens
from migcheck.model.tables import Check, Column, ForeignKey, Key, Table, TableName, Tables


def tables(connection: sqlite3.Connection, leave_out: frozenset[str]) -> Tables:
    """All tables but those of `leave_out` (folded names), virtual ones and what belongs to those.

    A table whose text cannot be read is left out as well. Raises sqlite3.Error.
    """
    found = reader.look(connection).rows
    hidden = leave_out | reader.shadows(found)
    rows = {
        folded(row.name): row
        for row in found
        if row.type == "table" and row.module is None and folded(row.name) not in hidden
    }
    indexes = [row for row in found if row.type == "index"]
    triggers = [row for row in found if row.type == "trigger"]
    result = {}
    for key, row in sorted(rows.items()):
        try:
            result[TableName("", row.name)] = _table(
                row,
                rows,
                [each for each in indexes if folded(each.table) == key],
                tuple(sorted(each.name for each in triggers if folded(each.table) == key)),
            )
        except TokenError:
            continue
    return result


def _table(
    row: reader.Row, rows: dict[str, reader.Row], indexes: list[reader.Row], triggers: tuple[str, ...]
) -> Table:
    definition, key = parsed(row.sql), primary_key(row.sql)
    names = scope(row.name, row.sql)
    primary = next((each for each in definition.constraints if each.kind == "primary key"), None)
    numbered = (
        len(key) == 1
        and not definition.without_rowid
        and any(folded(c.name) == folded(key[0]) and c.type == "INTEGER" for c in definition.columns)
    )
    strict_key = definition.without_rowid or definition.strict
    columns = tuple(
        _column(
            column,
            serial=numbered and folded(column.name) == folded(key[0]),
            required=column.not_null or (strict_key and column.name in key),
            counted=primary is not None and primary.autoincrement,
        )
        for column in definition.columns
    )
    checks = []
    for number, each in enumerate(c for c in definition.constraints if c.kind == "check"):
        checks.append(Check(each.name or f"check {number + 1}", names.text(each.expression)))
    return Table(
        TableName("", row.name),
        columns,
        tuple(_keys(row, definition, indexes)),
        tuple(_foreign_keys(definition, rows)),
        tuple(checks),
        triggers=triggers,
        engine="without rowid" if definition.without_rowid else "",
    )


def _column(column: definitions.Column, *, serial: bool, required: bool, counted: bool) -> Column:
    default = "".join(token.text for token in column.default) or None
    return Column(
        column.name,
        type_of(column.type),
        nullable=not required and not serial,
        default=None if default is None or default.upper() == "NULL" else default,
        serial=serial,
        generated=bool(column.generated),
        case_insensitive=column.collation == "NOCASE",
        sequence="sqlite_sequence" if serial and counted else None,
    )


def _keys(
    row: reader.Row, definition: definitions.TableDefinition, indexes: list[reader.Row]
) -> Iterator[Key]:
    names = scope(row.name, row.sql)
    number = 0
    for constraint in definition.constraints:
        if constraint.kind in ("primary key", "unique"):
            number += 1
            primary = constraint.kind == "primary key"
            name = constraint.name or ("primary key" if primary else f"unique {number}")
            yield _key(name, constraint.columns, names, None, primary=primary)
    for index in indexes:
        split = tokens(index.sql)
        if len(split) < 2 or not split[1].is_word("UNIQUE"):
            continue
        opening = next(place for place, token in enumerate(split) if token.is_mark("("))
        end = closing(split, opening)
        rest = split[end + 1 :]
        where = names.text(rest[1:]) if rest and rest[0].is_word("WHERE") else None
        yield _key(index.name, indexed_columns(split[opening + 1 : end]), names, where)


def _key(
    name: str,
    columns: tuple[definitions.IndexedColumn, ...],
    names: Scope,
    where: str | None,
    *,
    primary: bool = False,
) -> Key:
    plain = [names.column(c.expression[0].text) if len(c.expression) == 1 else None for c in columns]
    if all(column is not None and not c.collation for column, c in zip(plain, columns, strict=True)):
        return Key(name, tuple(column for column in plain if column), where=where, primary=primary)
    elements = tuple(key_text((column,), names).removesuffix(" DESC") for column in columns)
    return Key(name, elements, expressions=True, where=where, primary=primary)


def _foreign_keys(
    definition: definitions.TableDefinition, rows: dict[str, reader.Row]
) -> Iterator[ForeignKey]:
    for number, constraint in enumerate(c for c in definition.constraints if c.kind == "foreign key"):
        parent, referred = reader.resolved((constraint.parent, constraint.parent_columns), rows)
        columns = tuple(column.expression[0].text for column in constraint.columns)
        clauses = " ".join(constraint.clauses)
        if len(referred) != len(columns):
            continue  # it refers to nothing; SQLite says so when a row comes
        yield ForeignKey(
            constraint.name or f"foreign key {number + 1}",
            columns,
            TableName("", parent),
            referred,
            _action(clauses, "DELETE"),
            _action(clauses, "UPDATE"),
            deferrable="DEFERRABLE INITIALLY DEFERRED" in clauses,
        )


def _action(clauses: str, event: str) -> str:
    found = (a for a in ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT") if f"ON {event} {a}" in clauses)
    return next(found, "NO ACTION")
