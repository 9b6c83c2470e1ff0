"""The rows of a PostgreSQL database as text: all of small tables, digests of large ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from migcheck.dialects.data import KEPT
from migcheck.dialects.postgresql.data.queries import SEQUENCES
from migcheck.model.data import Contents, SequenceState, TableContents
from migcheck.model.tables import Table, TableName

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


def read(ask: Ask, tables: Iterable[Table]) -> Contents:
    """The rows of those of `tables` that hold rows, and the sequences that number columns of theirs."""
    every = list(tables)
    parents = {table.parent for table in every if table.holds_rows and table.parent is not None}
    held = [table for table in every if table.holds_rows]
    rows: list[list[tuple[str | None, ...]]] = [[] for _ in held]
    if held:
        query = " UNION ALL ".join(_rows_of(n, table, table.name in parents) for n, table in enumerate(held))
        for number, text in ask(query):
            rows[number].append(tuple(json.loads(text)))
    found = {
        table.name: _kept(table, read_rows) if len(read_rows) <= KEPT else _digest(ask, table)
        for table, read_rows in zip(held, rows, strict=True)
    }
    return Contents(found, _sequences(ask, {table.name for table in held}))


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
    return TableContents(names, types, table.primary_key, len(rows), tuple(ordered))


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
    )


def _sequences(ask: Ask, tables: set[TableName]) -> tuple[SequenceState, ...]:
    known = [row for row in ask(SEQUENCES) if TableName(row[0], row[1]) in tables]
    if not known:
        return ()
    query = " UNION ALL ".join(_state_of(number, row) for number, row in enumerate(known))
    return tuple(_state(known[number], *values) for number, *values in sorted(ask(query)))


def _state_of(number: int, row: Sequence[Any]) -> str:
    schema, table, column, _, increment, sequence = row
    extreme = "max" if increment > 0 else "min"
    return (
        f"SELECT {number}, last_value, is_called, (SELECT {extreme}({quoted(column)})::int8"
        f" FROM {qualified(TableName(schema, table))}) FROM {sequence}"
    )


def _state(row: Sequence[Any], last: int, is_called: bool, largest: int | None) -> SequenceState:
    schema, table, column, name, increment, _ = row
    following = last + increment if is_called else last
    return SequenceState(name, TableName(schema, table), column, following, largest, increment)
