"""Disposable databases by standard statements: making, filling, listing and dropping them.

Every CREATE DATABASE and DROP DATABASE goes through `_statement`, which refuses any name that
`names.require_ours` does not know.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from migcheck.dialects.base import Query, ScriptError
from migcheck.dialects.generic.connection import database_error, opened, server_words, why_not
from migcheck.dialects.generic.script import statements
from migcheck.dialects.names import PREFIX, require_ours
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

# Seconds that a session of a process that has just ended may still be there, and keep a database.
_IN_USE_PATIENCE = 20.0
_PAUSE = 0.2

# Each server answers one of them; the first is for those whose transaction ends with an error.
_CURRENT = ("SELECT CURRENT_DATABASE()", "SELECT DB_NAME()", "SELECT DATABASE()")
_CURRENT_OF = {"mssql": ("SELECT DB_NAME()",)}
_LISTINGS = (
    "SELECT datname FROM pg_database",
    "SELECT name FROM sys.databases",
    "SHOW DATABASES",
)

_made: dict[tuple[str, str, int], set[str]] = {}
"""Names of the databases that this process has made on each server, and not dropped."""


def require_databases(dialect: str) -> None:
    """Raise DatabaseError for a kind of server on which nothing can be made and thrown away."""
    reason = why_not(dialect)
    if reason is not None:
        raise DatabaseError(*reason)


def create(address: ServerAddress, name: str) -> None:
    """Make an empty database."""
    require_databases(address.dialect)
    with opened(address, f"cannot create database {name}") as connection:
        connection.exec_driver_sql(_statement(connection, "CREATE DATABASE", name))
    _made_on(address).add(name)


def drop(address: ServerAddress, name: str) -> None:
    """Drop a database of ours; one that isn't there is no error.

    A session that is still on it is waited for a while, where the server cannot be told to end it.
    """
    until = time.monotonic() + _IN_USE_PATIENCE
    while True:
        try:
            _drop(address, name)
        except DatabaseError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            _made_on(address).discard(name)
            return


def _drop(address: ServerAddress, name: str) -> None:
    with opened(address, f"cannot drop database {name}") as connection:
        statement = _statement(connection, "DROP DATABASE IF EXISTS", name)
        if address.dialect == "cockroachdb":
            statement += " CASCADE"
        if address.dialect == "mssql":
            alter = _statement(connection, "ALTER DATABASE", name)
            statement = (
                f"IF DB_ID('{name}') IS NOT NULL {alter} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; {statement}"
            )
        connection.exec_driver_sql(statement)


def _statement(connection: Connection, words: str, name: str) -> str:
    """The only place where a statement that makes or drops a database is written."""
    return f"{words} {connection.dialect.identifier_preparer.quote(require_ours(name))}"


def _made_on(address: ServerAddress) -> set[str]:
    return _made.setdefault((address.dialect, address.host, address.port), set())


def names(address: ServerAddress, run: str) -> list[str]:
    """The databases of this run that exist, sorted; see `all_names`."""
    prefix = f"{PREFIX}{run}_"
    return sorted(name for name in all_names(address) if name.startswith(prefix))


def all_names(address: ServerAddress) -> Collection[str]:
    """All databases of the server, or those made by this process where the server has no list of them."""
    with opened(address, "cannot list the server's databases") as connection:
        for statement in _LISTINGS:
            try:
                return {str(name) for (name, *_rest) in connection.exec_driver_sql(statement)}
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise
        return set(_made_on(address))


def has_any(address: ServerAddress, name: str, tables: Collection[str]) -> bool:
    """Whether one of the tables, qualified where they are not in the default schema, is in the database."""
    with opened(address, f"cannot list the tables of {name}", require_ours(name)) as connection:
        inspector = inspect(connection)
        for table in tables:
            schema, _, own = table.rpartition(".")
            if inspector.has_table(own, schema=schema or None):
                return True
    return False


def execute(address: ServerAddress, name: str, script: str) -> None:
    """Run a script (see `script.statements`) on database `name`. Raises ScriptError with the line."""
    what = f"cannot run a script on database {name}"
    with opened(address, what, require_ours(name)) as connection:
        require_place(connection, name)
        plain = connection.execution_options(no_parameters=True)
        for statement in statements(script):
            try:
                plain.exec_driver_sql(statement.text)
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise database_error(what, error) from error
                raise ScriptError(server_words(error), statement.line) from error


def require_place(connection: Connection, name: str) -> None:
    """Raise DatabaseError where a connection did not come to the database that it was opened to."""

    def query(text: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(text)]

    try:
        found = current(query, connection.dialect.name)
    except SQLAlchemyError as error:
        raise database_error("the server does not tell which database a session is on", error) from error
    if found != name:
        raise DatabaseError(
            f"the driver {connection.dialect.driver} did not connect to database {name!r} but to {found!r}",
            "Nothing was run there. Does a parameter of the URL name a database?",
        )


def current(query: Query, dialect: str) -> str:
    """The database that a session is on. Raises what SQLAlchemy raises where the server does not tell."""
    ways = _CURRENT_OF.get(dialect, _CURRENT)
    for way in ways[:-1]:
        try:
            return _value(query(way))
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
    return _value(query(ways[-1]))


def _value(rows: list[tuple[Any, ...]]) -> str:
    ((name,),) = rows
    return name.decode() if isinstance(name, bytes) else str(name or "")
