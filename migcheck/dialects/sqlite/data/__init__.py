"""Rows of an SQLite database: see `migcheck.dialects.data.Data`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from types import TracebackType
from typing import Any

from migcheck.dialects.rows_in_sql import RolledBack, RowsInSQL
from migcheck.dialects.sqlite.data.tables import tables
from migcheck.dialects.sqlite.databases import connect, database_error
from migcheck.dialects.sqlite.tokens import folded
from migcheck.model.data import SequenceState
from migcheck.model.server import ServerAddress
from migcheck.model.tables import Fits, Table, Tables, Value
from migcheck.seeding import Refused

_FAILED = re.compile(r"(UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: (.*))?")


class SQLiteData(RowsInSQL):
    """The rows of one database. `leave_out` are the version tables."""

    def __init__(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> None:
        self._address, self._database = address, database
        self._leave_out = frozenset(map(folded, leave_out))
        self._stack = ExitStack()
        self._open: sqlite3.Connection | None = None

    def __enter__(self) -> SQLiteData:
        self._open = self._stack.enter_context(connect(self._address, self._database))
        self.run("PRAGMA foreign_keys = ON")
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()
        self._open = None

    @property
    def _connection(self) -> sqlite3.Connection:
        assert self._open is not None
        return self._open

    def tables(self) -> Tables:
        """See `Data.tables`."""
        try:
            return tables(self._connection, self._leave_out)
        except sqlite3.Error as error:
            raise database_error(f"the tables of {self._database} cannot be read", error) from error

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `RowsInSQL.run`."""
        try:
            return self._connection.execute(statement, parameters).fetchall()
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            raise _refused(error) from error

    def pages(self, query: str) -> Iterable[tuple[Any, ...]]:
        """See `RowsInSQL.pages`."""
        return self._connection.execute(query)

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """See `RowsInSQL.transaction`."""
        if self._connection.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            yield
            self.run("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self.run("ROLLBACK")
            if not isinstance(error, RolledBack):
                raise

    @contextmanager
    def together(self) -> Generator[None, None, None]:
        """See `Data.together`; here every foreign key can be deferred."""
        with self.transaction():
            self.run("PRAGMA defer_foreign_keys = ON")
            yield

    def check_deferred(self) -> None:
        """See `RowsInSQL.check_deferred`."""
        broken = self.run("PRAGMA foreign_key_check")
        if broken:
            raise Refused(f"a foreign key of {broken[0][0]} is not satisfied")

    def text(self, table: Table, column: str) -> str:
        """Bytes as hexadecimal digits, numbers and texts as they are."""
        expression = self.name(column)
        text = f"CAST({expression} AS TEXT)"
        return f"CASE typeof({expression}) WHEN 'blob' THEN hex({expression}) ELSE {text} END"

    def identity(self, table: Table) -> tuple[str, ...]:
        """The rowid, or the primary key of a table without one."""
        if table.engine == "without rowid":
            return table.primary_key
        taken = {column.name.lower() for column in table.columns}
        return next(((name,) for name in ("rowid", "_rowid_", "oid") if name not in taken), table.primary_key)

    def misfit(self, fits: Fits) -> str:
        """See `RowsInSQL.misfit`."""
        column, kind = self.name(fits.column), fits.type
        if kind.family in ("text", "bytes") and kind.length is not None:
            return f"length({column}) > {kind.length}"
        if kind.family in ("integer", "decimal", "float"):
            return f"typeof({column}) = 'text' AND CAST(CAST({column} AS NUMERIC) AS TEXT) <> {column}"
        raise Refused(f"SQLite cannot tell what a {kind.sql} is")

    def sequences(self, tables: Sequence[Table]) -> tuple[SequenceState, ...]:
        """None: what SQLite gives next is never less than the largest key, whatever sqlite_sequence says."""
        return ()

    def given(self, table: Table, column: str, value: Value) -> Value:
        """See `RowsInSQL.given`."""
        if isinstance(value, bool):
            return int(value)
        return float(value) if isinstance(value, Decimal) else value

    def execute(self, script: str) -> None:
        """See `Data.execute`. Raises Refused."""
        try:
            self._connection.executescript(script)
            self._connection.commit()
        except (sqlite3.Error, sqlite3.Warning) as error:
            self._connection.rollback()
            raise _refused(error) from error


def _refused(error: Exception) -> Refused:
    found = _FAILED.search(str(error))
    if found is None:
        return Refused(str(error))
    kind, what = found[1], found[2]
    if kind == "NOT NULL":
        return Refused(str(error), None, None, (what or "").rpartition(".")[2])
    return Refused(str(error), None, what)
