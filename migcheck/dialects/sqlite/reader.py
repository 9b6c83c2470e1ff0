"""Reads the schema of an SQLite database into the entries of a snapshot.

sqlite_master's texts are all that SQLite itself keeps of a schema, and what its PRAGMAs are made of; so one
query brings everything. Texts that were read once are remembered: only what is new is split into its parts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from migcheck.dialects.sqlite.expressions import Scope, closing
from migcheck.dialects.sqlite.parser import indexed_columns
from migcheck.dialects.sqlite.tables import (
    Entry,
    Reference,
    entry,
    key_text,
    parsed,
    primary_key,
    references,
    scope,
    table_entries,
)
from migcheck.dialects.sqlite.tokens import Token, TokenError, folded, identifier, tokens
from migcheck.dialects.sqlite.validity import broken_trigger, broken_view

_SCHEMA = r"""
SELECT type, name, tbl_name, sql FROM sqlite_master
 WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name
"""
# What a migration can set for good in the file itself.
_PERSISTENT = ("application_id", "auto_vacuum", "encoding", "journal_mode", "user_version")

# Tables in which the modules that come with SQLite keep what a virtual table holds.
_SHADOWS = {
    "fts3": ("content", "docsize", "segdir", "segments", "stat"),
    "fts4": ("content", "docsize", "segdir", "segments", "stat"),
    "fts5": ("config", "content", "data", "docsize", "idx"),
    "rtree": ("node", "parent", "rowid"),
    "rtree_i32": ("node", "parent", "rowid"),
    "geopoly": ("node", "parent", "rowid"),
}


class Row(NamedTuple):
    """A row of sqlite_master."""

    type: str
    name: str
    table: str
    sql: str

    @property
    def module(self) -> str | None:
        """The module of a virtual table, None for anything else."""
        return _module(self.sql) if self.type == "table" else None


class Look(NamedTuple):
    """All that SQLite keeps of a schema: equal looks make equal snapshots."""

    rows: list[Row]
    settings: dict[str, object]


def look(connection: sqlite3.Connection) -> Look:
    """Read the schema; raises sqlite3.Error."""
    return Look(
        [Row(*row) for row in connection.execute(_SCHEMA)],
        {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _PERSISTENT},
    )


def entries(connection: sqlite3.Connection, found: Look, leave_out: frozenset[str]) -> Iterator[Entry]:
    """Everything in the database that a migration can change, but for the tables in `leave_out`.

    `leave_out` are folded names; with a table go its indexes and triggers. Raises sqlite3.Error.
    """
    hidden = leave_out | shadows(found.rows)
    rows = [row for row in found.rows if folded(row.table) not in hidden]
    tables = {folded(row.name): row for row in rows if row.type == "table" and row.module is None}
    yield entry("database", "current", found.settings)
    for row in rows:
        if row.module is not None:
            yield entry("virtual table", row.name, {"text": row.sql})
        elif row.type == "table":
            yield from _table(row, tables)
        elif row.type == "index":
            yield entry("index", row.name, {"table": row.table, "text": _index_text(row, tables)})
        elif row.type == "view":
            columns, broken = broken_view(connection, row.name)
            attributes = {"text": query_of(row.sql), "column_order": columns, "broken": broken}
            yield entry("view", row.name, attributes)
        else:
            broken = broken_trigger(connection, row.sql)
            yield entry("trigger", row.name, {"table": row.table, "text": row.sql, "broken": broken})


@lru_cache(maxsize=4096)
def _module(sql: str) -> str | None:
    try:
        split = tokens(sql)
    except TokenError:
        return None
    if len(split) < 2 or not split[1].is_word("VIRTUAL"):
        return None
    using = next((place for place, token in enumerate(split) if token.is_word("USING")), len(split))
    return folded(split[using + 1].text) if using + 1 < len(split) else ""


def shadows(rows: list[Row]) -> set[str]:
    """The folded names of tables in which virtual ones keep what they hold."""
    return {
        folded(f"{row.name}_{suffix}")
        for row in rows
        if row.module is not None
        for suffix in _SHADOWS.get(row.module, ())
    }


def _table(row: Row, tables: dict[str, Row]) -> tuple[Entry, ...]:
    try:
        parents = tuple(resolved(reference, tables) for reference in references(row.sql))
        return table_entries(row.name, row.sql, parents)
    except TokenError:
        return (entry("table", row.name, {"text": row.sql}),)


def resolved(reference: Reference, tables: dict[str, Row]) -> Reference:
    """The parent and its columns as the parent declares them; where it isn't there, as they are spelled."""
    name, columns = reference
    parent = tables.get(folded(name))
    if parent is None:
        return reference
    try:
        declared = scope(parent.name, parent.sql)
        columns = columns or primary_key(parent.sql)
    except TokenError:
        return reference
    return parent.name, tuple(declared.column(column) or column for column in columns)


def _index_text(row: Row, tables: dict[str, Row]) -> str:
    table = tables[folded(row.table)]
    try:
        parsed(table.sql)
    except TokenError:
        return row.sql
    return _canonical_index(row.name, table.name, row.sql, table.sql)


@lru_cache(maxsize=4096)
def _canonical_index(name: str, table: str, sql: str, table_sql: str) -> str:
    """The index in the one spelling; the text as it stands where it cannot be read."""
    try:
        split = tokens(sql)
        opening = next(place for place, token in enumerate(split) if token.is_mark("("))
        end = closing(split, opening)
        names = scope(table, table_sql)
        elements = key_text(indexed_columns(split[opening + 1 : end]), names)
    except (TokenError, StopIteration):
        return sql
    unique = "UNIQUE " if split[1].is_word("UNIQUE") else ""
    condition = _condition(split[end + 1 :], names)
    return f"CREATE {unique}INDEX {identifier(name)} ON {identifier(table)} ({elements}){condition}"


def _condition(rest: tuple[Token, ...], names: Scope) -> str:
    return f" WHERE {names.text(rest[1:])}" if rest and rest[0].is_word("WHERE") else ""


@lru_cache(maxsize=4096)
def query_of(sql: str) -> str:
    """The query of a CREATE VIEW as it stands; the whole text where there is none to be found."""
    try:
        split = tokens(sql)
    except TokenError:
        return sql
    place = 0
    while place < len(split) and not split[place].is_word("AS"):
        place = closing(split, place) + 1 if split[place].is_mark("(") else place + 1
    return sql[split[place + 1].start :].strip() if place + 1 < len(split) else sql
