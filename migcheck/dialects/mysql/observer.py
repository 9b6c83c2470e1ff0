"""Watches a MariaDB or MySQL database: each snapshot reads all definitions, and parses those that are new."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql.connection import connect, database_error
from migcheck.dialects.mysql.reader import Reader
from migcheck.dialects.mysql.settle import settle
from migcheck.errors import DatabaseError
from migcheck.model import Difference, ServerAddress, Snapshot

if TYPE_CHECKING:
    from pymysql.connections import Connection


class Observer:
    """Snapshots of one database; see `migcheck.dialects.base.Observer`.

    `leave_out` are the names of the version tables.
    """

    def __init__(
        self, address: ServerAddress, database: str, leave_out: frozenset[str] = frozenset()
    ) -> None:
        self._address = address
        self._database = database
        self._left_out = leave_out
        self._connection: Connection[Any] | None = None
        self._reader: Reader | None = None
        self._last = Snapshot()

    def __enter__(self) -> Observer:
        self._connection = connect(self._address, self._database)
        try:
            self._reader = Reader(self._connection, self._database, self._left_out, self._address.private)
        except self._connection.Error as error:
            self._connection.close()
            raise self._unreadable(error) from error
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is not None and self._connection.open:
            self._connection.close()
        self._connection = self._reader = None

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """The schema as it stands now; the same object as before where nothing changed.

        Every look is thorough, whatever `statements` were run. Raises DatabaseError where the schema cannot
        be read.
        """
        if self._connection is None or self._reader is None:
            raise RuntimeError("an Observer is used within `with`")
        try:
            snapshot = self._reader.snapshot()
        except self._connection.Error as error:
            raise self._unreadable(error) from error
        if snapshot != self._last:
            self._last = snapshot
        return self._last

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences, those of equal meaning as cosmetic (see the settle module)."""
        return settle(before, after, differences)

    def _unreadable(self, error: Exception) -> DatabaseError:
        return database_error(f"the schema of {self._database!r} cannot be read", error)
