"""Changing one column of one catalog row, by the column's type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from migcheck.dialects.postgresql.reader import Reader

LETTERS = "abcdefhilmnoprstuvwxADORST*"


@dataclass(frozen=True)
class Column:
    """A column of a catalog; `references` is the catalog whose OIDs it holds, if any."""

    catalog: str
    name: str
    type: str
    references: str | None


def columns(connection: psycopg.Connection[Any], catalog: str) -> list[Column]:
    """The columns of a catalog, `oid` included, in their order."""
    references = {
        row[0]: row[1]
        for row in connection.execute(
            "SELECT fkcols[1], pktable::regclass::text FROM pg_get_catalog_foreign_keys() "
            "WHERE fktable = %s::regclass AND NOT is_array AND cardinality(fkcols) = 1 AND pkcols = '{oid}'",
            [f"pg_catalog.{catalog}"],
        )
    }
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [f"pg_catalog.{catalog}"],
    )
    return [Column(catalog, name, type_, references.get(name)) for name, type_ in rows]


# By type: what to put in place of the present value `{0}` of a column.
REPLACED = {
    "boolean": ["NOT {0}"],
    "smallint": ["coalesce({0}, 0) + 1", "coalesce({0}, 0) - 1", "coalesce({0}, 0) + 1000"],
    "name": ["(left(coalesce({0}::text, ''), 50) || 'x')::name"],
    "text": ["coalesce({0}, '') || 'x'"],
    "timestamp with time zone": ["'2031-01-01 00:00:00+00'::timestamptz"],
    "aclitem[]": ["'{{reader_member=U/postgres}}'::aclitem[]"],
    "text[]": ["'{{work_mem=64kB}}'::text[]", "'{{}}'::text[]"],
}
REPLACED["integer"] = REPLACED["bigint"] = REPLACED["real"] = REPLACED["smallint"]


def candidates(column: Column, value: str | None) -> Iterator[sql.Composable]:
    """SQL expressions for other values of the column; `value` is an example of the present ones, as text."""
    this = sql.SQL("c.{}").format(sql.Identifier(column.name))
    if column.references or column.type in ("regproc", "oid"):
        target = column.references or ("pg_proc" if column.type == "regproc" else "pg_class")
        for offset in (0, 1, 7):
            yield sql.SQL(
                "(SELECT t.oid FROM {} AS t WHERE t.oid <> {} "
                "ORDER BY t.oid < 16384, t.oid LIMIT 1 OFFSET {})"
            ).format(sql.SQL(target), this, sql.Literal(offset))  # type: ignore[arg-type]
    elif column.type in REPLACED:
        for expression in REPLACED[column.type]:
            yield sql.SQL(expression).format(this)  # type: ignore[arg-type]
    elif column.type == '"char"':
        yield from (
            sql.SQL('{}::"char"').format(sql.Literal(letter)) for letter in LETTERS if letter != value
        )
    elif column.type in ("int2vector", "oidvector", "smallint[]", "oid[]", "real[]"):
        yield from _vectors(column, value)
    else:
        yield sql.SQL("(SELECT o.{0} FROM {1} o WHERE o.{0}::text <> {2} LIMIT 1)").format(
            sql.Identifier(column.name), sql.Identifier(column.catalog), sql.Literal(value or "")
        )
        yield sql.SQL("NULL")


def _vectors(column: Column, value: str | None) -> Iterator[sql.Composable]:
    vector = column.type.endswith("vector")
    items = (value or "").strip("{}").replace(",", " ").split()
    cast = sql.SQL("{}::" + column.type)  # type: ignore[arg-type]
    for last in ("23", "25", "2", "1", "10"):
        if items and items[-1] != last:
            changed = [*items[:-1], last]
            yield cast.format(sql.Literal(" ".join(changed) if vector else "{" + ",".join(changed) + "}"))
    if not items and not vector:
        yield cast.format(sql.Literal("{1}"))


class Mutator:
    """Changes a row within a transaction, looks whether the snapshot sees it, and takes it back."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._reader = Reader(connection)
        connection.execute("SET allow_system_table_mods = on")
        self._before = list(self._look())

    def notices(self, column: Column, where: str) -> bool:
        """True where the snapshot sees (or cannot read) some change of this column in rows `c` with `where`.

        The change is made in all of the rows at once, and where the catalog's unique keys forbid that, in
        each of three.
        """
        identifier = sql.Identifier(column.name)
        text = sql.SQL("c.{}::oid::text" if column.type == "regproc" else "c.{}::text").format(identifier)
        condition = sql.SQL(where)  # type: ignore[arg-type]
        rows = self._connection.execute(
            sql.SQL(
                "SELECT c.ctid::text, {0} FROM {1} AS c WHERE {2} ORDER BY {0} IS NULL, c.ctid LIMIT 3"
            ).format(text, sql.Identifier(column.catalog), condition)
        ).fetchall()
        for expression in candidates(column, rows[0][1]):
            seen = self._differs(column, condition, expression)
            if seen is None:
                each = [sql.SQL("c.ctid = {}::tid").format(sql.Literal(ctid)) for ctid, _ in rows]
                seen = any(self._differs(column, row, expression) for row in each)
            if seen:
                return True
        return False

    def _differs(self, column: Column, where: sql.Composable, expression: sql.Composable) -> bool | None:
        """Whether the snapshot differs after the update; None where the catalog does not allow it."""
        update = sql.SQL("UPDATE {} AS c SET {} = {} WHERE {}").format(
            sql.Identifier(column.catalog), sql.Identifier(column.name), expression, where
        )
        try:
            with self._connection.transaction(force_rollback=True):
                try:
                    self._connection.execute(update)
                except psycopg.IntegrityError:
                    return None
                except psycopg.Error:
                    return False
                return any(after != before for after, before in zip(self._look(), self._before, strict=True))
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            return True  # a catalog that cannot be read any more does not go unnoticed

    def _look(self) -> Iterator[list[Any]]:
        return (sorted(row[1:] for row in rows) for rows in self._reader.parts())
