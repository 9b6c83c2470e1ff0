"""A table as objects of a snapshot: the table, its columns and its constraints.

The text of CREATE TABLE is all there is of a table: PRAGMAs tell parts of it. Where a constraint stands, at
its column or by itself, makes no difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from migcheck.dialects.sqlite.definitions import (
    Column,
    Constraint,
    Expression,
    IndexedColumn,
    TableDefinition,
)
from migcheck.dialects.sqlite.expressions import Scope, without_parentheses
from migcheck.dialects.sqlite.parser import table_definition
from migcheck.dialects.sqlite.tokens import Kind, folded, identifier, literal
from migcheck.model import ObjectKey

Entry = tuple[ObjectKey, str]

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
Reference = tuple[str, tuple[str, ...]]
"""What a foreign key refers to: a table and columns of it (none for its primary key)."""

_CONSTANTS = ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "TRUE", "FALSE", "NULL")


@lru_cache(maxsize=4096)
def parsed(sql: str) -> TableDefinition:
    """The table's definition, read once for each text; raises TokenError. Not to be changed."""
    return table_definition(sql)


@lru_cache(maxsize=4096)
def scope(table: str, sql: str) -> Scope:
    """What names mean in the table's own expressions and in those of its indexes."""
    return Scope(table, (column.name for column in parsed(sql).columns))


def primary_key(sql: str) -> tuple[str, ...]:
    """The columns of the table's primary key, () without one."""
    table = parsed(sql)
    for constraint in table.constraints:
        if constraint.kind == "primary key":
            return tuple(name for name in map(_single, constraint.columns) if name is not None)
    return ()


def references(sql: str) -> tuple[Reference, ...]:
    """What the table's foreign keys refer to, in their order and as they spell it."""
    return tuple(
        (constraint.parent, constraint.parent_columns)
        for constraint in parsed(sql).constraints
        if constraint.kind == "foreign key"
    )


@lru_cache(maxsize=4096)
def table_entries(name: str, sql: str, resolved: tuple[Reference, ...]) -> tuple[Entry, ...]:
    """The entries of a snapshot for a table.

    `resolved` are its `references` with names as the parents declare them, and with the columns of the
    parent's primary key where none were named. Raises TokenError.
    """
    return tuple(_Table(name, sql, resolved).entries())


class _Table:
    def __init__(self, name: str, sql: str, resolved: tuple[Reference, ...]) -> None:
        self._name = name
        self._references = iter(resolved)
        self._definition = parsed(sql)
        self._scope = scope(name, sql)
        self._primary = next((one for one in self._definition.constraints if one.kind == "primary key"), None)

    def entries(self) -> Iterator[Entry]:
        definition = self._definition
        yield entry(
            "table",
            self._name,
            {
                "column_order": [column.name for column in definition.columns],
                "without_rowid": definition.without_rowid,
                "strict": definition.strict,
            },
        )
        for column in definition.columns:
            yield entry("column", f"{self._name}.{column.name}", self._column(column))
        taken: dict[str, str] = {}
        for constraint in definition.constraints:
            text = self._constraint_text(constraint)
            own = constraint.name if constraint.name is not None else f"({text})"
            if constraint.name is None and own in taken:
                continue  # said twice, it is still one constraint
            number = 1
            name = own
            while name in taken:
                number += 1
                name = f"{own} ({number})"
            taken[name] = text
            attributes = {"table": self._name, "type": constraint.kind, "text": text}
            if self._is_no_rowid(constraint):
                attributes["rowid"] = "no alias of it"
            yield entry("constraint", f"{self._name}.{name}", attributes)

    # -- columns

    def _column(self, column: Column) -> dict[str, Any]:
        is_rowid = self._is_rowid(column)
        in_key = self._primary is not None and folded(column.name) in {
            folded(name) for name in map(_single, self._primary.columns) if name is not None
        }
        strictly = self._definition.without_rowid or self._definition.strict
        not_null = column.not_null or is_rowid or (in_key and strictly)
        return {
            "table": self._name,
            "type": column.type,
            "nullable": not not_null,
            "default": self._scope.text(column.expression) if column.generated else self._default(column),
            "generated": column.generated,
            "collation": "" if column.collation == "BINARY" else column.collation,
            # The rowid has a value whatever is put in.
            "on_conflict": "" if is_rowid else column.not_null_conflict,
            "autoincrement": is_rowid and self._primary is not None and self._primary.autoincrement,
        }

    def _is_rowid(self, column: Column) -> bool:
        """Whether the column is another name of the rowid (sqlite.org/lang_createtable.html#rowid)."""
        key = self._primary
        return (
            key is not None
            and not self._definition.without_rowid
            and column.type == "INTEGER"
            and len(key.columns) == 1
            and folded(_single(key.columns[0]) or "") == folded(column.name)
            and not self._is_no_rowid(key)
        )

    def _is_no_rowid(self, constraint: Constraint) -> bool:
        """Whether it is `INTEGER PRIMARY KEY DESC` at a column, which by an old mistake is no rowid."""
        return constraint.kind == "primary key" and constraint.inline and constraint.columns[0].descending

    def _default(self, column: Column) -> str | None:
        expression = without_parentheses(column.default)
        if not expression:
            return None
        first = expression[0]
        if len(expression) == 1 and first.kind in (Kind.WORD, Kind.NAME, Kind.DOUBLE_QUOTED):
            # A name stands for itself, as a string: there are no columns to refer to.
            if first.kind is not Kind.WORD or not first.is_word(*_CONSTANTS):
                return literal(first.text)
            return None if first.is_word("NULL") else first.text.upper()
        text = Scope(self._name, ()).text(expression)
        signed = len(expression) == 2 and first.kind is Kind.OPERATOR and expression[1].kind is Kind.NUMBER
        return text if len(expression) == 1 or signed else f"({text})"

    # -- constraints

    def _constraint_text(self, constraint: Constraint) -> str:
        conflict = f" ON CONFLICT {constraint.conflict}" if constraint.conflict else ""
        if constraint.kind == "check":
            return f"CHECK ({self._scope.text(constraint.expression)}){conflict}"
        columns = key_text(constraint.columns, self._scope)
        if constraint.kind != "foreign key":
            return f"{constraint.kind.upper()} ({columns}){conflict}"
        table, names = next(self._references)
        parent = identifier(table) + (f" ({', '.join(map(identifier, names))})" if names else "")
        clauses = sorted(constraint.clauses, key=lambda clause: (not clause.startswith("ON"), clause))
        return " ".join([f"FOREIGN KEY ({columns}) REFERENCES {parent}", *clauses])


def key_text(columns: tuple[IndexedColumn, ...], names: Scope) -> str:
    """The elements of a key or index in the one spelling: `a, lower(b) COLLATE NOCASE DESC`."""
    return ", ".join(
        _element_text(column.expression, names)
        + (f" COLLATE {_collation(column.collation)}" if column.collation else "")
        + (" DESC" if column.descending else "")
        for column in columns
    )


def _element_text(expression: Expression, names: Scope) -> str:
    single = without_parentheses(expression)
    if len(single) == 1 and single[0].can_be_name:
        # Where only a column can stand, a string is its name.
        return identifier(names.column(single[0].text) or single[0].text)
    return names.text(expression)


def _collation(name: str) -> str:
    return name if re.fullmatch(r"\w+", name, re.ASCII) else identifier(name)


def _single(column: IndexedColumn) -> str | None:
    """The column's name, None for an expression."""
    return column.expression[0].text if len(column.expression) == 1 else None


def entry(kind: str, name: str, attributes: Mapping[str, Any]) -> Entry:
    """An entry of a snapshot: attributes that are None, "" or False are at their default, and left out
    (`nullable` is always told)."""
    told = {
        key: value
        for key, value in attributes.items()
        if key == "nullable" or not (value is None or value is False or value == "")
    }
    if kind == "column":
        told.setdefault("type", "")
    return ObjectKey(kind, name), _ENCODER.encode(told)
