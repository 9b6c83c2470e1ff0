"""Disposable databases: making, cloning, marking and dropping them.

Every CREATE DATABASE and DROP DATABASE of migcheck goes through `_database_statement`, which refuses any
name that `names.require_ours` does not know: nothing that a user made can be dropped by a bug further up.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from migcheck.dialects.names import PREFIX, new_name, new_run, require_ours
from migcheck.dialects.postgresql import cloning
from migcheck.dialects.postgresql.connection import connect, database_error
from migcheck.dialects.postgresql.roles import drop_roles, restore_roles, roles
from migcheck.dialects.postgresql.sessions import Session, sessions
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from typing_extensions import LiteralString

__all__ = [
    "PREFIX",
    "Session",
    "connect",
    "create",
    "drop",
    "drop_roles",
    "has_any",
    "mark",
    "names",
    "new_name",
    "new_run",
    "restore_roles",
    "roles",
    "sessions",
]

_IN_USE_PATIENCE = 10.0  # seconds to wait for sessions that were told to end


def create(address: ServerAddress, name: str, template: str | None = None) -> None:
    """Make a database, empty or as a copy of `template`.

    Sessions on a template of ours are ended first, and its copy gets what CREATE DATABASE ... TEMPLATE loses:
    comment, owner, privileges, connection limit and ALTER DATABASE ... SET (our marker excepted).
    Subscriptions are not copied. Raises DatabaseError.
    """
    with connect(address) as connection:
        try:
            statement = _database_statement("CREATE DATABASE {}", name)
            if template is not None:
                statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            if address.private and connection.info.server_version >= 150000:
                # No WAL of the whole copy: faster, and safe where no checkpoint of others is delayed by it.
                statement += sql.SQL(" STRATEGY FILE_COPY")
            _execute_when_free(connection, statement, template)
            if template is not None and template.startswith(PREFIX):
                cloning.replay(connection, template, name)
        except psycopg.Error as error:
            if connection.closed:
                _take_back(address, name)
            raise database_error(f"cannot create database {name}", error) from error


def _take_back(address: ServerAddress, name: str) -> None:
    """Drop a database whose making was not answered, as far as that can be: the server may be still at it."""
    deadline = time.monotonic() + _IN_USE_PATIENCE
    with contextlib.suppress(DatabaseError, psycopg.Error), connect(address) as connection:
        while (
            time.monotonic() < deadline
            and connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE position(%s in query) > 0 AND pid <> pg_backend_pid()",
                [name],
            ).fetchall()
        ):
            time.sleep(0.01)
        drop(address, name)


def drop(address: ServerAddress, name: str) -> None:
    """Drop a database of ours, ending its sessions; a database that isn't there is no error.

    Raises DatabaseError, also for any name without `PREFIX`.
    """
    statement = _database_statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    with connect(address) as connection:
        try:
            try:
                connection.execute(statement)
            except (psycopg.errors.ObjectInUse, psycopg.errors.WrongObjectType):
                _release(address, connection, name)
                connection.execute(statement)
        except psycopg.Error as error:
            raise database_error(f"cannot drop database {name}", error) from error


def _database_statement(text: LiteralString, name: str) -> sql.Composed:
    """The only place where a CREATE, ALTER or DROP DATABASE is written; refuses names that aren't ours."""
    return sql.SQL(text).format(sql.Identifier(require_ours(name)))


def _execute_when_free(
    connection: psycopg.Connection[TupleRow], statement: sql.Composed, template: str | None
) -> None:
    """Copying fails while anybody is connected to the source; ending a session takes the server a moment."""
    deadline = time.monotonic() + _IN_USE_PATIENCE
    while True:
        if template is not None and template.startswith(PREFIX):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template]
            )
        try:
            connection.execute(statement)
            return
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _release(address: ServerAddress, connection: psycopg.Connection[TupleRow], name: str) -> None:
    """Remove what WITH (FORCE) doesn't: prepared transactions, subscriptions, the template flag."""
    connection.execute(_database_statement("ALTER DATABASE {} IS_TEMPLATE false", name))
    with connect(address, name) as inside:
        for (gid,) in inside.execute(
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"
        ).fetchall():
            inside.execute(sql.SQL("ROLLBACK PREPARED {}").format(sql.Literal(gid)))
        for (subscription,) in inside.execute(
            "SELECT subname FROM pg_subscription WHERE subdbid ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchall():
            identifier = sql.Identifier(subscription)
            inside.execute(sql.SQL("ALTER SUBSCRIPTION {} DISABLE").format(identifier))
            # The slot lives on the publisher, which isn't ours.
            inside.execute(sql.SQL("ALTER SUBSCRIPTION {} SET (slot_name = NONE)").format(identifier))
            inside.execute(sql.SQL("DROP SUBSCRIPTION {}").format(identifier))


def mark(address: ServerAddress, name: str, token: str) -> bool:
    """Make `current_setting('migcheck.marker', true)` answer `token` in new sessions on this database.

    Returns False where the server does not let this login (no superuser) set it.
    """
    statement = _database_statement("ALTER DATABASE {} SET migcheck.marker = ", name) + sql.Literal(token)
    with connect(address) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.Error as error:
            raise database_error(f"cannot mark database {name}", error) from error
    return True


def has_any(address: ServerAddress, name: str, tables: Collection[str]) -> bool:
    """Whether one of the tables (`schema.table`) is in database `name`. Raises DatabaseError."""
    with connect(address, name) as connection:
        try:
            row = connection.execute(
                "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname || '.' || c.relname = ANY(%s))",
                [list(tables)],
            ).fetchone()
        except psycopg.Error as error:
            raise database_error(f"cannot list the tables of {name}", error) from error
    return bool(row and row[0])


def names(address: ServerAddress, run: str) -> list[str]:
    """The databases of this run that exist, sorted."""
    with connect(address) as connection:
        try:
            rows = connection.execute(
                'SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname COLLATE "C"',
                [f"{PREFIX}{run}_"],
            ).fetchall()
        except psycopg.Error as error:
            raise database_error("cannot list the server's databases", error) from error
    return [name for (name,) in rows]
