"""Disposable databases: making, filling and dropping them.

Every CREATE DATABASE and DROP DATABASE of one goes through `_statement`, which refuses any name that
`names.require_ours` does not know: nothing that a user made can be dropped by a bug further up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from migcheck.dialects.base import ScriptError
from migcheck.dialects.mysql import grants
from migcheck.dialects.mysql.connection import (
    CLIENT_ERRORS,
    answers,
    connect,
    database_error,
    error_number,
    query,
    server_words,
)
from migcheck.dialects.mysql.script import statements
from migcheck.dialects.mysql.sessions import end
from migcheck.dialects.mysql.tokens import quoted
from migcheck.dialects.names import PREFIX, require_ours
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from pymysql.connections import Connection

# Seconds that DROP DATABASE waits for a session that was on the database once and is elsewhere by now.
_IN_USE_PATIENCE = 30
# A statement of somebody's script, such as one that fills a table, takes as long as it takes.
_SCRIPT_TIMEOUT = 3600  # seconds
_LINE = re.compile(r" at line (\d+)\Z")


@contextmanager
def opened(address: ServerAddress, what: str, database: str | None = None) -> Iterator[Connection[Any]]:
    """A connection for the length of the block; what the server says against it becomes a DatabaseError."""
    with connect(address, database) as connection:
        try:
            yield connection
        except connection.Error as error:
            raise database_error(what, error) from error


def create(address: ServerAddress, name: str) -> None:
    """Make an empty database with the server's own character set, as CREATE DATABASE does in production."""
    with opened(address, f"cannot create database {name}") as connection:
        query(connection, _statement("CREATE DATABASE", name))


def drop(address: ServerAddress, name: str) -> None:
    """Drop a database of ours, and what was granted on it; one that isn't there is no error.

    Its sessions are ended first: an open transaction of theirs would make the statement wait.
    """
    statement = _statement("DROP DATABASE IF EXISTS", name)
    with opened(address, f"cannot drop database {name}") as connection:
        end(connection, name, spared=())
        query(connection, f"SET SESSION lock_wait_timeout = {_IN_USE_PATIENCE}")
        query(connection, statement)
        if not address.private:
            _revoke(connection, name)


def _statement(words: str, name: str) -> str:
    """The only place where a CREATE or DROP of a disposable database is written."""
    return f"{words} {quoted(require_ours(name))}"


def _revoke(connection: Connection[Any], name: str) -> None:
    """Take back what was granted on a database that is gone: the server keeps it for another of that name."""
    held = [
        [] if isinstance(rows, Exception) else rows for rows in answers(connection, grants.statements(name))
    ]
    revoked = set()
    for rows in held:
        for row in rows:
            target = f"{quoted(name)}.*"
            if "Table_name" in row:
                target = f"{quoted(name)}.{quoted(row['Table_name'])}"
            elif "Routine_name" in row:
                target = f"{row['Routine_type']} {quoted(name)}.{quoted(row['Routine_name'])}"
            to = quoted(row["User"]) + (f"@{quoted(row['Host'])}" if row["Host"] else "")
            revoked.add(f"REVOKE ALL PRIVILEGES ON {target} FROM {to}")
            revoked.add(f"REVOKE GRANT OPTION ON {target} FROM {to}")
    # A login that may not do so could not have let a migration grant anything.
    answers(connection, sorted(revoked))


def names(address: ServerAddress, run: str) -> list[str]:
    """The databases of this run that exist, sorted."""
    prefix = f"{PREFIX}{run}_"
    with opened(address, "cannot list the server's databases") as connection:
        return sorted(name for (name,) in query(connection, "SHOW DATABASES") if name.startswith(prefix))


def has_any(address: ServerAddress, name: str, tables: Collection[str]) -> bool:
    """Whether one of the tables is in database `name`."""
    with opened(address, f"cannot list the tables of {name}") as connection:
        there = query(connection, f"SHOW TABLES FROM {quoted(name)}")
    return any(table in tables for (table,) in there)


def execute(address: ServerAddress, name: str, script: str) -> None:
    """Run a script (see `script.statements`) on database `name`. Raises ScriptError with the line."""
    with connect(address, name, _SCRIPT_TIMEOUT) as connection:
        for statement in statements(script):
            try:
                query(connection, statement.text)
            except connection.Error as error:
                if error_number(error) in CLIENT_ERRORS:
                    raise database_error(f"cannot run a script on database {name}", error) from error
                raise _script_error(error, statement.line) from error


def _script_error(error: Exception, line: int) -> ScriptError:
    """The server counts lines from the start of the statement, and only where it cannot read it."""
    words = server_words(error)
    within = _LINE.search(words)
    if within is None:
        return ScriptError(words, line)
    return ScriptError(words[: within.start()], line + int(within[1]) - 1)
