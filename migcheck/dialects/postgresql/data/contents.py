"""The rows of a PostgreSQL database as text: all of small tables, digests of large ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable
from typing import Any

from migcheck.dialects.data import KEPT
from migcheck.model.data import Contents, SequenceState, TableContents
from migcheck.model.tables import Column, Table, TableName

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query and gives its rows."""

# What the text of values depends on; see also reader.PINNED.
TEXT_SETTINGS = {
    "search_path": "",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "xmlbinary": "base64",
    "lc_monetary": "C",
}


def quoted(name: str) -> str:
    """An identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def qualified(table: TableName) -> str:
    """A table's name in SQL."""
    return f"{quoted(table.schema)}.{quoted(table.name)}"


def is_there(table: TableName) -> str:
    """A query that gives NULL where there is no such table."""
    name = qualified(table).replace("'", "''")
    return f"SELECT pg_catalog.to_regclass('{name}')::text"


def read(ask: Ask, tables: Iterable[Table], only: Container[TableName] | None = None) -> Contents:
    """The rows of those of `tables` that hold rows, and the sequences that number columns of theirs; with
    `only`, of those of them alone."""
    every = list(tables)
    parents = {table.parent for table in every if table.holds_rows and table.parent is not None}
    held = [table for table in every if table.holds_rows and (only is None or table.name in only)]
    if not held:
        return Contents()
    numbered = [(table, c) for table in held for c in table.columns if c.sequence is not None]
    parts = [_rows_of(number, table, table.name in parents) for number, table in enumerate(held)]
    parts += [_state_of(-number, *each) for number, each in enumerate(numbered, 1)]
    rows: list[list[tuple[str | None, ...]]] = [[] for _ in held]
    states: dict[int, SequenceState] = {}
    for number, text in ask(" UNION ALL ".join(parts)):
        if number >= 0:
            rows[number].append(tuple(json.loads(text)))
        else:
            states[-number - 1] = _state(*numbered[-number - 1], *json.loads(text))
    found = {
        table.name: _kept(table, read_rows) if len(read_rows) <= KEPT else _digest(ask, table)
        for table, read_rows in zip(held, rows, strict=True)
    }
    return Contents(found, tuple(states[number] for number in sorted(states)))


def _rows_of(number: int, table: Table, only: bool) -> str:
    values = ", ".join(f"{quoted(column.name)}::text" for column in table.columns)
    source = f"{'ONLY ' if only else ''}{qualified(table.name)}"
    return (
        f"(SELECT {number}, pg_catalog.array_to_json(ARRAY[{values}]::text[])::text FROM {source}"
        f" LIMIT {KEPT + 1})"
    )


def _kept(table: Table, rows: list[tuple[str | None, ...]]) -> TableContents:
    names = tuple(column.name for column in table.columns)
    types = tuple(column.type.sql for column in table.columns)
    # NULL sorts last, as everywhere in PostgreSQL.
    ordered = sorted(rows, key=lambda row: [(value is None, value or "") for value in row])
    return TableContents(names, types, table.primary_key, len(rows), tuple(ordered), derived=table.generated)


def _digest(ask: Ask, table: Table) -> TableContents:
    names = sorted(column.name for column in table.columns)
    types = {column.name: column.type.sql for column in table.columns}
    texts = [f"{quoted(name)}::text" for name in names]
    whole = f"pg_catalog.array_to_json(ARRAY[{', '.join(texts)}]::text[])::text"
    sums = [f"coalesce(sum(pg_catalog.hashtextextended({text}, 0)), 0)::text" for text in (whole, *texts)]
    filled = [f"count({quoted(name)})" for name in names]
    ((count, digest, *rest),) = ask(
        f"SELECT count(*), {', '.join((*sums, *filled))} FROM {qualified(table.name)}"
    )
    return TableContents(
        tuple(names),
        tuple(types[name] for name in names),
        table.primary_key,
        int(count),
        None,
        str(digest),
        tuple(map(str, rest[: len(names)])),
        tuple(int(each) for each in rest[len(names) :]),
        table.generated,
    )


def _state_of(number: int, table: Table, column: Column) -> str:
    extreme = "max" if column.increment > 0 else "min"
    largest = f"(SELECT {extreme}({quoted(column.name)})::int8 FROM {qualified(table.name)})"
    return (
        f"(SELECT {number}, pg_catalog.json_build_array(last_value, is_called, {largest})::text"
        f" FROM {column.sequence})"
    )


def _state(table: Table, column: Column, last: int, is_called: bool, largest: int | None) -> SequenceState:
    following = last + column.increment if is_called else last
    return SequenceState(column.sequence or "", table.name, column.name, following, largest, column.increment)
