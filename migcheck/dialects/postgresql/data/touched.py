"""Which tables' rows some statements can have changed, as far as their text tells.

It does where nothing but the statements themselves, and the actions of foreign keys, writes: where no trigger
fires, and no function can write that they may call. (What is declared STABLE or IMMUTABLE cannot: the server
runs it read-only.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from migcheck.model.tables import Table, TableName, Tables

WRITERS = """
WITH f AS (
    SELECT p.proname, l.lanname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.oid >= 16384 AND p.provolatile = 'v'
    AND p.prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
)
SELECT EXISTS (SELECT FROM f WHERE lanname NOT IN ('internal', 'c'))
    OR EXISTS (SELECT FROM pg_catalog.pg_event_trigger)
    OR EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN')
    OR EXISTS (
        SELECT FROM pg_catalog.pg_class v JOIN pg_catalog.pg_class t USING (relname)
        WHERE v.oid >= 16384 AND t.oid >= 16384 AND v.relkind = 'v' AND t.relkind IN ('r', 'p')
    ),
    ARRAY(SELECT DISTINCT proname::text FROM f WHERE lanname = 'c')
"""
"""A query that tells whether something may write that no statement names (a function, a rule, a view with the
name of a table), and the names of extensions' functions, which write only when they are called."""

_LONGEST = 19_000  # characters: of statements a little longer the recorder keeps the beginning
_PLAIN = re.compile(
    r"\s*(ALTER TABLE|COMMENT ON|(CREATE|CREATE OR REPLACE|DROP|ALTER) VIEW|CREATE (UNIQUE )?INDEX"
    r"|CREATE (SEQUENCE|TABLE)|CREATE TYPE \S+ AS ENUM|DELETE|DROP (INDEX|SEQUENCE|TABLE|TYPE)|INSERT|SELECT"
    r"|SET|UPDATE)\b[^;]*;?\s*\Z",
    re.IGNORECASE,
)
_WRITING_CALLS = re.compile(r"\b(setval|nextval|lo_\w+|\w*_to_xml\w*|dblink\w*)\W*\(", re.IGNORECASE)
_NAME = r'(?:"[^"]+"|[\w$]+)'
_WRITTEN = re.compile(
    rf"\s*(?:INSERT\s+INTO|(?:UPDATE|DELETE\s+FROM)(?:\s+ONLY)?)\s+(?:{_NAME}\s*\.\s*)?({_NAME})",
    re.IGNORECASE,
)
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_SIMPLE = re.compile(r"[a-z_][a-z0-9_]*")


def named(
    statements: Iterable[str], tables: Tables, others: Iterable[str], calls: Iterable[str]
) -> frozenset[TableName] | None:
    """Those of `tables` whose rows the statements can have changed; None where that cannot be told.

    `others` are the bare names of further tables that may be written, `calls` those of functions that may
    write. Tables and functions are named by any mention.
    """
    texts = list(statements)
    known = {table.name.name for table in tables.values()}.union(others)
    if not all(_is_plain(text, known) for text in texts):
        return None
    whole = "\n".join(texts)
    words = set(re.findall(r"[a-z0-9_]+", whole.lower()))
    if not words.isdisjoint(calls):
        return None
    found = {
        name
        for name in tables
        if (name.name in words if _SIMPLE.fullmatch(name.name) else name.name in whole)
    }
    found = _with_those_that_follow(found, tables)
    if any(tables[name].triggers or tables[name].later_triggers for name in found):
        return None
    return frozenset(found)


def _is_plain(text: str, known: set[str]) -> bool:
    if len(text) >= _LONGEST or not _PLAIN.match(text) or _WRITING_CALLS.search(text):
        return False
    if not _WRITES.match(text):
        return True
    written = _WRITTEN.match(text)  # a view, it may be, that leads to any table
    return written is not None and _bare(written[1]) in known


def _bare(name: str) -> str:
    return name[1:-1] if name.startswith('"') else name.lower()


def _with_those_that_follow(found: set[TableName], tables: Tables) -> set[TableName]:
    """With tables that refer to them, whose rows may be changed along, with partitions and their roots, and
    with those that draw numbers from the same sequence."""
    drawn = {c.sequence for name in found for c in tables[name].columns if c.sequence}
    found = {*found, *(name for name, table in tables.items() if _draws(table, drawn))}
    while True:
        more = {
            name for name, table in tables.items() if name not in found and _follows(table, found, tables)
        }
        if not more:
            return found
        found |= more


def _draws(table: Table, sequences: set[str]) -> bool:
    return any(column.sequence in sequences for column in table.columns if column.sequence)


def _follows(table: Table, found: set[TableName], tables: Tables) -> bool:
    if table.parent in found or any(key.table in found for key in table.foreign_keys):
        return True
    return any(tables[name].parent == table.name for name in found)
