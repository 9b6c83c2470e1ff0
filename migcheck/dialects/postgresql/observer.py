"""Watches a PostgreSQL database: a full snapshot first, then only what changed."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import psycopg

from migcheck.dialects.postgresql.databases import connect, server_words
from migcheck.dialects.postgresql.reader import Reader, Row
from migcheck.errors import DatabaseError
from migcheck.model.differences import Difference
from migcheck.model.server import ServerAddress
from migcheck.model.snapshot import ObjectKey, Snapshot


class Observer:
    """Snapshots of one database; see `migcheck.dialects.base.Observer`.

    `leave_out` are the qualified names (`schema.table`) of the version tables.
    """

    def __init__(
        self, address: ServerAddress, database: str, leave_out: frozenset[str] = frozenset()
    ) -> None:
        self._address = address
        self._database = database
        self._left_out = leave_out
        self._connection: psycopg.Connection[Any] | None = None
        self._reader: Reader | None = None

    def __enter__(self) -> Observer:
        self._connection = connect(self._address, self._database)
        self._reader = Reader(self._connection)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._reader = None

    def leave_out(self, tables: frozenset[str]) -> None:
        """Leave these tables (`schema.table`) and all that belongs to them out of every later snapshot."""
        self._left_out = tables

    def snapshot(self) -> Snapshot:
        """The schema as it stands now. Raises DatabaseError where it cannot be read."""
        if self._reader is None:
            raise RuntimeError("an Observer is used within `with`")
        try:
            rows = self._reader.everything()
        except psycopg.Error as error:
            raise DatabaseError(
                f"the schema of {self._database!r} cannot be read: {server_words(error)}",
                "If the server has gone away, its log says why; a role needs to read pg_catalog.",
            ) from error
        return self._without_left_out(rows)

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences, those of equal meaning as cosmetic; see migcheck.dialects.postgresql.settle."""
        from migcheck.dialects.postgresql.settle import settle

        if self._connection is None:
            raise RuntimeError("an Observer is used within `with`")
        return settle(self._connection, before, after, differences)

    def _without_left_out(self, rows: list[Row]) -> Snapshot:
        units = {row[0] for row in rows if row[1] == "table" and row[2] in self._left_out}
        return Snapshot(
            {ObjectKey(kind, name): value for unit, kind, name, value in rows if unit not in units}
        )
