"""Watches a database through SQLAlchemy's Inspector."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from migcheck.dialects.generic.connection import database_error, opened
from migcheck.dialects.generic.databases import require_place
from migcheck.dialects.inspector import inspect_schema
from migcheck.model import Difference, ServerAddress, Snapshot


class Observer:
    """Snapshots of one database; see `migcheck.dialects.base.Observer`.

    Its connection is in AUTOCOMMIT, so that between two looks it holds no transaction.
    """

    def __init__(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> None:
        self._address = address
        self._database = database
        self._left_out = leave_out
        self._open: AbstractContextManager[Connection] | None = None
        self._connection: Connection | None = None
        self._last = Snapshot()

    def __enter__(self) -> Observer:
        self._open = opened(self._address, f"no connection to database {self._database!r}", self._database)
        self._connection = self._open.__enter__()
        require_place(self._connection, self._database)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open is not None:
            self._open.__exit__(None, None, None)
        self._open = self._connection = None

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """The schema as it stands now; the same object as before where nothing changed.

        Every look is thorough, whatever the `statements` were. Raises DatabaseError.
        """
        if self._connection is None:
            raise RuntimeError("an Observer is used within `with`")
        try:
            snapshot = inspect_schema(self._connection, self._left_out)
        except SQLAlchemyError as error:
            raise database_error(f"the schema of {self._database!r} cannot be read", error) from error
        if snapshot != self._last:
            self._last = snapshot
        return self._last

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The differences as they are: nothing is known of how the server renders text."""
        return differences
