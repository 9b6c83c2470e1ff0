"""The reader for dialects that have none of their own: what SQLAlchemy's Inspector sees.

It sees tables, columns, keys, indexes, checks, comments, sequences' names and views' text. It does not see
triggers, routines, policies, privileges, ownership, or whether a constraint is validated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from migcheck.model.snapshot import ObjectKey, Snapshot

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.engine.reflection import Inspector

Entry = tuple[ObjectKey, dict[str, Any]]


def inspect_schema(connection: Connection, leave_out: frozenset[str] = frozenset()) -> Snapshot:
    """A snapshot of every schema that the connection sees, without the tables named `schema.table`.

    Works with SQLAlchemy 1.4 and newer. Raises what the driver raises.
    """
    from sqlalchemy import inspect

    inspector = inspect(connection)
    objects: dict[ObjectKey, str] = {}
    for schema in _schemas(inspector):
        for key, attributes in _schema_entries(inspector, schema, leave_out):
            kept = {
                name: value for name, value in attributes.items() if value not in (None, False, [], {}, "")
            }
            objects[key] = json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str)
    return Snapshot(objects)


def _schemas(inspector: Inspector) -> list[str]:
    system = {"information_schema", "pg_catalog", "mysql", "performance_schema", "sys", "INFORMATION_SCHEMA"}
    return sorted(name for name in inspector.get_schema_names() if name not in system)


def _schema_entries(inspector: Inspector, schema: str, leave_out: frozenset[str]) -> Iterator[Entry]:
    for table in sorted(inspector.get_table_names(schema=schema)):
        if f"{schema}.{table}" not in leave_out:
            yield from _table_entries(inspector, schema, table)
    for view in sorted(_supported(inspector.get_view_names, [], schema=schema)):
        name = f"{schema}.{view}"
        columns = inspector.get_columns(view, schema=schema)
        text = _supported(inspector.get_view_definition, None, view, schema=schema)
        yield ObjectKey("view", name), {"text": text, "column_order": [c["name"] for c in columns]}
        yield from _columns(name, columns)
    for sequence in sorted(_supported(inspector.get_sequence_names, [], schema=schema)):
        yield ObjectKey("sequence", f"{schema}.{sequence}"), {}


def _table_entries(inspector: Inspector, schema: str, table: str) -> Iterator[Entry]:
    name = f"{schema}.{table}"
    columns = inspector.get_columns(table, schema=schema)
    comment = _supported(inspector.get_table_comment, {}, table, schema=schema).get("text")
    options = _supported(inspector.get_table_options, {}, table, schema=schema)
    yield (
        ObjectKey("table", name),
        {"comment": comment, "options": options, "column_order": [c["name"] for c in columns]},
    )
    yield from _columns(name, columns)
    yield from _constraints(inspector, schema, table)
    for index in _supported(inspector.get_indexes, [], table, schema=schema):
        attributes = {key: value for key, value in index.items() if key != "name" and value not in (None, 0)}
        yield ObjectKey("index", f"{schema}.{index['name']}"), {"table": name, **attributes}


def _columns(table: str, columns: Any) -> Iterator[Entry]:
    for column in columns:
        yield (
            ObjectKey("column", f"{table}.{column['name']}"),
            {
                "table": table,
                "type": _type_text(column["type"]),
                "nullable": "yes" if column["nullable"] else "no",
                "default": column.get("default"),
                "identity": column.get("identity"),
                "generated": column.get("computed"),
                "autoincrement": column.get("autoincrement") is True,
                "comment": column.get("comment"),
            },
        )


def _constraints(inspector: Inspector, schema: str, table: str) -> Iterator[Entry]:
    readers: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("unique", inspector.get_unique_constraints),
        ("foreign key", inspector.get_foreign_keys),
        ("check", inspector.get_check_constraints),
    )
    primary: dict[str, Any] = dict(inspector.get_pk_constraint(table, schema=schema))
    found = [("primary key", primary)] if primary.get("constrained_columns") else []
    for kind, reader in readers:
        found += [(kind, constraint) for constraint in _supported(reader, [], table, schema=schema)]
    unnamed: dict[str, int] = {}
    for kind, constraint in sorted(
        found, key=lambda pair: (pair[0], json.dumps(pair[1], sort_keys=True, default=str))
    ):
        name = constraint.get("name")
        if not name:
            # What has no name is told apart by its place among its like, sorted by definition.
            unnamed[kind] = unnamed.get(kind, 0) + 1
            name = f"({kind} {unnamed[kind]})"
        attributes = {key: value for key, value in constraint.items() if key != "name"}
        yield (
            ObjectKey("constraint", f"{schema}.{table}.{name}"),
            {"table": f"{schema}.{table}", "type": kind, **attributes},
        )


def _type_text(type_: Any) -> str:
    """The type in its dialect's own words; its repr where it cannot be compiled."""
    from sqlalchemy.exc import CompileError

    try:
        return f"{type_.compile()} {type_!r}"
    except CompileError:
        return repr(type_)


def _supported(method: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
    """What a reflection method gives, or `otherwise` where the dialect does not implement it."""
    try:
        return method(*args, **kwargs)
    except NotImplementedError:
        return otherwise
