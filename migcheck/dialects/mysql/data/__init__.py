"""Rows of a MariaDB or MySQL database: see `migcheck.dialects.data.Data`."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql.connection import (
    CLIENT_ERRORS,
    connect,
    database_error,
    error_number,
    query,
    server_words,
)
from migcheck.dialects.mysql.data.tables import assembled, queries
from migcheck.dialects.mysql.script import statements
from migcheck.dialects.rows_in_sql import RolledBack, RowsInSQL
from migcheck.model.data import Row, SequenceState
from migcheck.model.server import ServerAddress
from migcheck.model.tables import Constraint, Fits, ForeignKey, Table, Tables, Value
from migcheck.seeding import Refused

if TYPE_CHECKING:
    from pymysql.connections import Connection

# Rows come in as an application's do, whatever the server was told to be lenient about.
_SESSION = (
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00',"
    " foreign_key_checks = 1, unique_checks = 1"
)
_TIMEOUT = 3600  # seconds: large tables take as long as they take
_NAME = re.compile(r"`(?:[^`]|``)*`")
_KEY = re.compile(r"for key '(?:[^'.]+\.)?([^']+)'")
_CONSTRAINT = re.compile(r"CONSTRAINT `([^`]+)`|[Cc]onstraint '([^']+)'")
_COLUMN = re.compile(r"(?:[Cc]olumn|[Ff]ield) '([^']+)'|column `[^`]*`\.`[^`]*`\.`([^`]+)`")
_WITHOUT_TRANSACTIONS = frozenset({"myisam", "aria", "memory", "csv", "archive"})
_ZERO = datetime(1970, 1, 1)


class MySQLData(RowsInSQL):
    """The rows of one database. `leave_out` are the version tables."""

    quote = "`"
    placeholder = "%s"

    def __init__(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> None:
        self._address, self._database, self._leave_out = address, database, leave_out
        self._open: Connection[Any] | None = None
        self._queries: tuple[str, ...] = ()
        self._raw: list[list[tuple[Any, ...]]] = []
        self._tables: Tables = {}
        self._within = False

    def __enter__(self) -> MySQLData:
        self._open = connect(self._address, self._database, _TIMEOUT)
        self._queries = queries("MariaDB" in self._open.get_server_info())
        self.run(_SESSION)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open is not None and self._open.open:
            self._open.close()
        self._open = None

    @property
    def _connection(self) -> Connection[Any]:
        assert self._open is not None
        return self._open

    def tables(self) -> Tables:
        """See `Data.tables`."""
        try:
            raw = [query(self._connection, each) for each in self._queries]
        except self._connection.Error as error:
            raise database_error(f"the tables of {self._database!r} cannot be read", error) from error
        if raw != self._raw:
            self._raw, self._tables = raw, assembled(raw, self._leave_out)
        return self._tables

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `RowsInSQL.run`."""
        if parameters:  # then a percent sign in a name is told from those that stand for values
            statement = _NAME.sub(lambda name: name[0].replace("%", "%%"), statement)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, tuple(parameters) or None)
                return list(cursor.fetchall())
        except self._connection.Error as error:
            number = error_number(error)
            if number is None or number in CLIENT_ERRORS:
                raise database_error(f"the rows of {self._database!r} cannot be reached", error) from error
            raise _refused(error) from error

    def pages(self, query: str) -> Iterable[tuple[Any, ...]]:
        """See `RowsInSQL.pages`."""
        from pymysql.cursors import SSCursor

        with self._connection.cursor(SSCursor) as cursor:
            cursor.execute(query)
            yield from cursor

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """See `RowsInSQL.transaction`."""
        if self._within:
            yield
            return
        self.run("START TRANSACTION")
        self._within = True
        try:
            yield
            self.run("COMMIT")
        except BaseException as error:
            if self._connection.open:
                self.run("ROLLBACK")
            if not isinstance(error, RolledBack):
                raise
        finally:
            self._within = False

    @contextmanager
    def together(self) -> Generator[None, None, None]:
        """See `Data.together`. No constraint can be deferred here: foreign keys are switched off for rows
        that refer to each other, which are all there at the end."""
        self.run("SET SESSION foreign_key_checks = 0")
        try:
            with self.transaction():
                yield
        finally:
            self.run("SET SESSION foreign_key_checks = 1")

    def check_deferred(self) -> None:
        """See `RowsInSQL.check_deferred`: nothing is deferred."""

    def attempt(
        self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]], constraint: Constraint
    ) -> bool:
        """See `Data.attempt`. Where nothing can be taken back nothing is tried."""
        return _takes_back(table) and super().attempt(table, columns, rows, constraint)

    def orphaned(self, table: Table, key: ForeignKey, limit: int) -> tuple[Row, ...]:
        """See `Data.orphaned`. Where nothing can be taken back nothing is tried."""
        return super().orphaned(table, key, limit) if _takes_back(table) else ()

    def text(self, table: Table, column: str) -> str:
        """See `RowsInSQL.text`."""
        known, name = table.column(column), self.name(column)
        family = known.type.family if known is not None else "text"
        if family == "spatial":
            return f"ST_AsText({name})"
        return f"HEX({name})" if family in ("bytes", "bits") else f"CAST({name} AS CHAR)"

    def sample(self, table: Table, columns: Sequence[str], limit: int) -> list[tuple[Value, ...]]:
        """See `Data.sample`."""
        return [tuple(map(_plain, row)) for row in super().sample(table, columns, limit)]

    def identity(self, table: Table) -> tuple[str, ...]:
        """The primary key."""
        if not table.primary_key:
            raise Refused(f"{table.name} has no primary key: nothing tells its rows apart")
        return table.primary_key

    def misfit(self, fits: Fits) -> str:
        """See `RowsInSQL.misfit`."""
        column, kind = self.name(fits.column), fits.type
        if kind.family == "text" and kind.length is not None:
            return f"CHAR_LENGTH({column}) > {kind.length}"
        if kind.family == "bytes" and kind.length is not None:
            return f"OCTET_LENGTH({column}) > {kind.length}"
        if kind.family == "enum":
            return f"CAST({column} AS CHAR) NOT IN ({', '.join(map(_literal, kind.labels)) or 'NULL'})"
        if kind.family in ("integer", "decimal"):
            number = f"CAST({column} AS DECIMAL(65, 10))"
            wrong = [f"{column} NOT REGEXP '^[[:space:]]*[-+]?[0-9]+([.][0-9]*)?[[:space:]]*$'"]
            if kind.minimum is not None:
                wrong.append(f"{number} NOT BETWEEN {kind.minimum} AND {kind.maximum}")
            if kind.family == "integer":
                wrong.append(f"{number} <> TRUNCATE({number}, 0)")
            if kind.precision is not None:
                scale = kind.scale or 0
                wrong.append(f"{number} <> ROUND({number}, {scale})")
                wrong.append(f"ABS({number}) >= 1{'0' * (kind.precision - scale)}")
            return " OR ".join(wrong)
        if kind.family in ("date", "timestamp"):
            return f"CAST({column} AS DATETIME) IS NULL"
        raise Refused(f"what is no {kind.sql} cannot be told")

    def sequences(self, tables: Sequence[Table]) -> tuple[SequenceState, ...]:
        """None: AUTO_INCREMENT is never behind, the server sees to that when it opens a table."""
        return ()

    def given(self, table: Table, column: str, value: Value) -> Value:
        """See `RowsInSQL.given`."""
        known = table.column(column)
        if known is not None and known.type.family == "bits" and isinstance(value, str):
            return int(value or "0", 2)
        if known is not None and known.type.family == "timestamp" and isinstance(value, str):
            return value.removesuffix("+00")
        return int(value) if isinstance(value, bool) else value

    def value_in_sql(self, table: Table, column: str) -> str:
        """See `RowsInSQL.value_in_sql`."""
        known = table.column(column)
        is_shape = known is not None and known.type.family == "spatial"
        return "ST_GeomFromText(%s)" if is_shape else "%s"

    def empty_row(self, target: str) -> str:
        """See `RowsInSQL.empty_row`."""
        return f"INSERT INTO {target} () VALUES ()"

    def execute(self, script: str) -> None:
        """See `Data.execute`. Raises Refused."""
        for statement in statements(script):
            self.run(statement.text)
        self.run("COMMIT")


def _takes_back(table: Table) -> bool:
    """Whether a ROLLBACK takes back what is done to its rows."""
    return table.engine.lower() not in _WITHOUT_TRANSACTIONS


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _plain(value: Any) -> Value:
    if isinstance(value, timedelta):
        return (_ZERO + value).time().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, str, bytes, float, Decimal)) else str(value)


def _refused(error: Exception) -> Refused:
    words = server_words(error)
    named = _KEY.search(words) or _CONSTRAINT.search(words)
    column = _COLUMN.search(words)
    state = error_number(error)
    return Refused(
        f"{words} (error {state})",
        None,
        next(filter(None, named.groups()), None) if named else None,
        next(filter(None, column.groups()), None) if column else None,
    )
