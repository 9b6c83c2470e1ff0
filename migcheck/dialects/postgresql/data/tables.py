"""The tables of a PostgreSQL database, as somebody sees them who puts rows in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from migcheck.dialects.postgresql.data.queries import all_queries
from migcheck.dialects.postgresql.data.types import Types
from migcheck.model.tables import (
    PARTITION_BOUND,
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Key,
    Table,
    TableName,
    Tables,
)

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT", " ": ""}
Rows = list[tuple[Any, ...]]


class TableReader:
    """Reads the tables over one connection; gives the same object again while nothing has changed."""

    def __init__(self, connection: psycopg.Connection[Any], leave_out: frozenset[str]) -> None:
        self._connection = connection
        self._leave_out = leave_out
        self._queries = all_queries(connection.info.server_version // 10000)
        self._raw: list[Rows] = []
        self._tables: Tables = {}

    def read(self) -> Tables:
        """All tables, sorted by name. Raises psycopg.Error."""
        with self._connection.pipeline():
            cursors = [self._connection.execute(query, prepare=True) for query in self._queries]
        raw = [cursor.fetchall() for cursor in cursors]
        if raw != self._raw:
            self._raw = raw
            self._tables = _assembled(raw, self._leave_out)
        return self._tables


def _assembled(raw: Sequence[Rows], leave_out: frozenset[str]) -> Tables:
    relations, columns, types, constraints, indexes, triggers = raw
    known = Types(types)
    by_table = [_by_first(rows) for rows in (columns, constraints, indexes, triggers)]
    names = {oid: TableName(schema, name) for oid, schema, name, *_ in relations}
    of_hash = {oid for oid, *_, strategy, _, _ in relations if strategy == "h"}
    found = {}
    for relation in relations:
        name = names[relation[0]]
        if str(name) not in leave_out:
            found[name] = _table(
                relation, names, of_hash, known, [rows.get(relation[0], []) for rows in by_table]
            )
    return found


def _by_first(rows: Rows) -> Mapping[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1:])
    return found


def _table(
    relation: tuple[Any, ...],
    names: Mapping[int, TableName],
    of_hash: set[int],
    types: Types,
    parts: Sequence[Rows],
) -> Table:
    oid, _, _, kind, is_partition, strategy, parent, bound = relation
    columns, constraints, indexes, triggers = parts
    checks = [_check(row) for row in constraints if row[1] == "c"]
    for_new_rows = {row[5][0] for row in constraints if row[1] == "n" and not row[2]}
    if is_partition and bound and parent not in of_hash:
        checks.append(Check(PARTITION_BOUND, bound))
    return Table(
        name=names[oid],
        columns=tuple(_column(row, types, validated=row[0] not in for_new_rows) for row in columns),
        keys=tuple(_key(row) for row in indexes if not row[2]),
        foreign_keys=tuple(
            _foreign_key(row, names) for row in constraints if row[1] == "f" and row[6] in names
        ),
        checks=tuple(checks),
        exclusions=tuple(_exclusion(row) for row in indexes if row[2]),
        holds_rows=kind in "rp" and not is_partition,
        # Of a table that is partitioned by hash nobody can say which rows go into which partition.
        takes_rows=(kind == "r" and parent not in of_hash) or strategy == "h",
        parent=names.get(parent),
        triggers=tuple(name for name, on_insert in triggers if on_insert),
        later_triggers=tuple(name for name, on_insert in triggers if not on_insert),
    )


def _column(row: tuple[Any, ...], types: Types, *, validated: bool) -> Column:
    name, oid, modifier, sql, not_null, identity, generated, default, insensitive, sequence, step = row
    data_type = types.type_of(oid, modifier, sql)
    return Column(
        name=name,
        type=data_type,
        nullable=not not_null and data_type.nullable,
        default=None if generated else default,
        serial=bool(identity) or (default or "").startswith("nextval("),
        generated=bool(generated),
        always=identity == "a",
        case_insensitive=insensitive or sql.endswith("citext"),
        sequence=sequence,
        increment=step or 1,
        validated=validated,
    )


def _check(row: tuple[Any, ...]) -> Check:
    name, _, validated, enforced, _, columns, *_, sql, _, _ = row
    return Check(name, sql, tuple(columns or ()), validated, enforced)


def _foreign_key(row: tuple[Any, ...], names: Mapping[int, TableName]) -> ForeignKey:
    name, _, validated, enforced, deferrable, columns, other, referred, delete, update, match, _, *off = row
    return ForeignKey(
        name, tuple(columns), names[other], tuple(referred), _ACTIONS[delete], _ACTIONS[update],
        match == "f", deferrable, validated, enforced and not off[0], enforced and not off[1],
    )  # fmt: skip


def _key(row: tuple[Any, ...]) -> Key:
    name, primary, _, valid, nulls_equal, deferrable, expressions, elements, where, _ = row
    return Key(name, tuple(elements), expressions, where, primary, not nulls_equal, deferrable, valid)


def _exclusion(row: tuple[Any, ...]) -> Exclusion:
    name, *_, deferrable, _, elements, where, operators = row
    return Exclusion(name, tuple(zip(elements, operators, strict=True)), where, deferrable)
