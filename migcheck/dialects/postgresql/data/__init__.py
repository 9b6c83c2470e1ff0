"""Rows of a PostgreSQL database: see `migcheck.dialects.data.Data`."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext, suppress
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

from migcheck.dialects.base import Query
from migcheck.dialects.data import ENOUGH
from migcheck.dialects.postgresql.connection import connect, database_error, line_in, server_words
from migcheck.dialects.postgresql.data import contents
from migcheck.dialects.postgresql.data.breaking import breaking, children_of
from migcheck.dialects.postgresql.data.contents import TEXT_SETTINGS, qualified, quoted
from migcheck.dialects.postgresql.data.tables import TableReader
from migcheck.dialects.postgresql.data.touched import WRITERS, named
from migcheck.errors import DatabaseError
from migcheck.model.data import Contents, Row
from migcheck.model.server import ServerAddress
from migcheck.model.tables import Constraint, ForeignKey, Table, TableName, Tables, Value
from migcheck.seeding import Refused

_FEW = 50  # rows up to which one INSERT is quicker than COPY
_DEPTH = 6  # how far down rows that refer to rows are deleted


class PostgreSQLData:
    """The rows of one database. `leave_out` are the version tables (`schema.table`)."""

    def __init__(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> None:
        self._address, self._database, self._leave_out = address, database, leave_out
        self._open: psycopg.Connection[Any] | None = None
        self._reader: TableReader | None = None

    def __enter__(self) -> PostgreSQLData:
        self._open = connect(self._address, self._database)
        self._open.prepare_threshold = 2
        try:
            self._pin()
        except DatabaseError:
            self._open.close()
            raise
        self._reader = TableReader(self._open, self._leave_out)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open is not None:
            self._open.close()
        self._open = self._reader = None

    def _pin(self) -> None:
        """Set what the text of values depends on."""
        settings = {**TEXT_SETTINGS, "jit": "off", "standard_conforming_strings": "on"}
        calls = ", ".join("pg_catalog.set_config(%s, %s, false)" for _ in settings)
        try:
            self._connection.execute(f"SELECT {calls}", [text for pair in settings.items() for text in pair])
        except psycopg.Error as error:
            raise self._unreadable(error) from error

    @property
    def _connection(self) -> psycopg.Connection[Any]:
        assert self._open is not None
        return self._open

    # -- looking

    def tables(self) -> Tables:
        """See `Data.tables`."""
        assert self._reader is not None
        try:
            return self._reader.read()
        except psycopg.Error as error:
            raise self._unreadable(error) from error

    def contents(self, tables: Iterable[Table], only: Container[TableName] | None = None) -> Contents:
        """See `Data.contents`."""
        try:
            return contents.read(
                lambda query: self._connection.execute(query.encode()).fetchall(), tables, only
            )
        except psycopg.Error as error:
            raise self._unreadable(error) from error

    def touched(self, statements: Iterable[str], tables: Tables) -> frozenset[TableName] | None:
        """See `Data.touched`."""
        try:
            row = self._connection.execute(WRITERS).fetchone()
        except psycopg.Error as error:
            raise self._unreadable(error) from error
        assert row is not None
        unnamed, calls = row
        others = {name.rpartition(".")[2] for name in self._leave_out}
        return None if unnamed else named(statements, tables, others, calls)

    def contents_seen_by(
        self, query: Query, tables: Iterable[Table], perhaps: Iterable[Table] = ()
    ) -> Contents:
        """See `Data.contents_seen_by`."""
        calls = ", ".join(
            f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in TEXT_SETTINGS.items()
        )
        query(f"SELECT {calls}")
        there = [table for table in perhaps if query(contents.is_there(table.name)) != [(None,)]]
        return contents.read(query, [*tables, *there])

    def sample(self, table: Table, columns: Sequence[str], limit: int) -> list[tuple[Value, ...]]:
        """See `Data.sample`."""
        told = ", ".join(f"{quoted(column)}::text" for column in columns)
        order = ", ".join(map(quoted, table.primary_key or columns))
        query = f"SELECT {told} FROM {qualified(table.name)} ORDER BY {order} LIMIT {limit}"
        try:
            rows = self._connection.execute(query.encode()).fetchall()
        except psycopg.errors.UndefinedFunction:  # a type without an order (json, point)
            unordered = f"SELECT {told} FROM {qualified(table.name)} LIMIT {limit}"
            rows = self._connection.execute(unordered.encode()).fetchall()
        except psycopg.Error as error:
            raise _refused(error) from error
        numbers = [
            (column := table.column(name)) is not None and column.type.family == "integer" for name in columns
        ]
        return [
            tuple(
                int(value) if is_number and value is not None else value
                for value, is_number in zip(row, numbers, strict=True)
            )
            for row in rows
        ]

    def violators(self, table: Table, constraint: Constraint, limit: int) -> tuple[Row, ...]:
        """See `Data.violators`."""
        names = [column.name for column in table.columns]
        told = ", ".join(f"{quoted(name)}::text" for name in names)
        places = breaking(table.name, constraint, self._version)
        query = (
            f"SELECT {told} FROM {qualified(table.name)} WHERE (tableoid, ctid) IN ({places}) LIMIT {limit}"
        )
        try:
            rows = self._connection.execute(query.encode()).fetchall()
        except psycopg.Error as error:
            raise _refused(error) from error
        return tuple(tuple(zip(names, row, strict=True)) for row in sorted(rows, key=str))

    # -- writing

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """See `Data.insert`."""
        try:
            self._insert(table, columns, rows)
        except psycopg.Error as error:
            raise _refused(error) from error

    @contextmanager
    def _as_users(self) -> Generator[None, None, None]:
        """Functions of triggers find what they name without a schema, as for everybody who writes."""
        self._connection.execute("SET search_path TO DEFAULT")
        try:
            yield
        finally:
            if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
                setting = "SELECT pg_catalog.set_config('search_path', %s, false)"
                self._connection.execute(setting, [TEXT_SETTINGS["search_path"]])

    def _insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        with self._as_users() if table.triggers else nullcontext():
            self._write(table, columns, rows)

    def _write(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        names = ", ".join(map(quoted, columns))
        if not columns:
            for _ in rows:
                self._connection.execute(f"INSERT INTO {qualified(table.name)} DEFAULT VALUES".encode())
        elif len(rows) > _FEW:
            with (
                self._connection.transaction(),
                self._connection.cursor() as cursor,
                cursor.copy(f"COPY {qualified(table.name)} ({names}) FROM STDIN".encode()) as copy,
            ):
                for row in rows:
                    copy.write_row([_text(value) for value in row])
        else:
            always = any(column.always and column.name in columns for column in table.columns)
            overriding = " OVERRIDING SYSTEM VALUE" if always else ""
            values = ", ".join(f"({', '.join(['%s'] * len(columns))})" for _ in rows)
            self._connection.execute(
                f"INSERT INTO {qualified(table.name).replace('%', '%%')} ({names.replace('%', '%%')})"
                f"{overriding} VALUES {values}".encode(),
                [_text(value) for row in rows for value in row],
            )

    def update(
        self, table: Table, values: Sequence[tuple[str, Value]], key: Sequence[tuple[str, Value]]
    ) -> None:
        """See `Data.update`."""
        statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(
            sql.Identifier(*table.name),
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(c), sql.Literal(_text(v))) for c, v in values
            ),
            sql.SQL(" AND ").join(
                sql.SQL("{} = {}").format(sql.Identifier(c), sql.Literal(_text(v))) for c, v in key
            ),
        )
        try:
            with self._as_users():
                self._connection.execute(statement)
        except psycopg.Error as error:
            raise _refused(error) from error

    @contextmanager
    def together(self) -> Generator[None, None, None]:
        """See `Data.together`."""
        try:
            with self._connection.transaction():
                self._connection.execute("SET CONSTRAINTS ALL DEFERRED")
                yield
        except psycopg.Error as error:
            raise _refused(error) from error

    def attempt(
        self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]], constraint: Constraint
    ) -> bool:
        """See `Data.attempt`."""
        broken: tuple[Row, ...] = ()
        try:
            with self._connection.transaction():
                self._insert(table, columns, rows)
                self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                broken = self.violators(table, constraint, ENOUGH)
                raise psycopg.Rollback
            return broken != self.violators(table, constraint, ENOUGH)
        except (psycopg.Error, Refused):
            return False

    def orphaned(self, table: Table, key: ForeignKey, limit: int) -> tuple[Row, ...]:
        """See `Data.orphaned`."""
        ours, theirs = ", ".join(map(quoted, key.columns)), ", ".join(map(quoted, key.referred))
        filled = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in key.columns)
        one = f"SELECT {ours} FROM {qualified(table.name)} WHERE {filled} ORDER BY {ours} LIMIT 1"
        statement = f"DELETE FROM {qualified(key.table)} WHERE ({theirs}) IN ({one})"
        try:
            before = self.violators(table, key, ENOUGH)
            with self._connection.transaction():
                with self._as_users():
                    self._connection.execute(statement.encode())
                    self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                after = self.violators(table, key, ENOUGH)
                raise psycopg.Rollback
        except (psycopg.Error, Refused):
            return ()
        return tuple(row for row in after if row not in before)[:limit]

    def remove(self, table: Table, constraint: Constraint) -> None:
        """See `Data.remove`."""
        places = breaking(table.name, constraint, self._version, surplus=True)
        # Mostly nothing refers to them, and no trigger fires: then nothing has to be known of other tables.
        with suppress(psycopg.Error), self._connection.transaction():
            self._delete(table.name, places, {}, 0)
            return
        try:
            with self._connection.transaction(), self._as_users():
                assert self._reader is not None
                self._delete(table.name, places, self._reader.read(), _DEPTH)
        except psycopg.Error as error:
            raise _refused(error) from error

    def _delete(self, table: TableName, places: str, tables: Tables, depth: int) -> None:
        """Delete rows and before them those that refer to them, where the server does not do so itself."""
        for child in tables.values() if depth else ():
            for key in child.foreign_keys:
                if key.table == table and key.on_delete in ("NO ACTION", "RESTRICT") and child.name != table:
                    self._delete(child.name, children_of(places, child, key), tables, depth - 1)
        self._connection.execute(
            f"DELETE FROM {qualified(table)} WHERE (tableoid, ctid) IN ({places})".encode()
        )

    def execute(self, script: str) -> None:
        """See `Data.execute`: names mean what they mean in a session of the user's. Raises Refused."""
        try:
            self._connection.execute("RESET ALL")
            self._connection.execute(script.encode())
            self._connection.commit()
        except psycopg.Error as error:
            line = line_in(script, error)
            raise _refused(error, f"line {line}: " if line else "") from error
        finally:
            self._connection.rollback()  # what failed within a transaction of the script's own
            self._pin()

    @property
    def _version(self) -> int:
        return self._connection.info.server_version // 10000

    def _unreadable(self, error: psycopg.Error) -> DatabaseError:
        return database_error(f"the rows of {self._database!r} cannot be read", error)


def _text(value: Value) -> str | None:
    """A value as the server's input functions read it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)


def _refused(error: psycopg.Error, where: str = "") -> Refused:
    detail = error.diag.message_detail
    message = where + server_words(error) + (f" ({detail})" if detail else "")
    return Refused(message, error.sqlstate, error.diag.constraint_name, error.diag.column_name)
