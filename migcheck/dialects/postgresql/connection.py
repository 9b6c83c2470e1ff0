"""Connections of migcheck's own, and what the server says when something goes wrong on them."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg.rows import TupleRow

from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

_CONNECT_TIMEOUT = 10  # seconds
_PATIENCE = 4.0  # seconds without an answer until the server is asked whether it is there at all
_GONE = "If the server has just gone away, its log says why; if it has no connection left, end some."

_HINTS = {
    "42501": "The login needs the right to create databases: ALTER ROLE ... CREATEDB.",
    "53100": "The disk that holds the server's data is full: free some space, or point TMPDIR elsewhere.",
    "53300": "The server has no connection left: raise max_connections or end some sessions.",
    "55006": "Somebody stays connected to it: end that session and run again.",
}


Result = TypeVar("Result")


class _Connection(psycopg.Connection[TupleRow]):
    """A connection that does not wait for ever: what answers nobody any more, a machine that is frozen or
    cannot be reached, ends no connection. A statement may take as long as it needs all the same."""

    address: ServerAddress | None = None

    def wait(self, gen: Generator[Any, Any, Result], *arguments: Any, **options: Any) -> Result:
        """See `psycopg.Connection.wait`. Raises DatabaseError where the server lets nobody in any more."""
        try:
            return super().wait(self._asking(gen), *arguments, **options)
        except DatabaseError:
            self.close()
            raise

    def _asking(self, pending: Generator[Any, Any, Result]) -> Generator[Any, Any, Result]:
        """The same as `pending`, which is sent 0 now and then while there is nothing to read."""
        asked = time.monotonic()
        try:
            wanted = next(pending)
            while True:
                ready = yield wanted
                if ready:
                    asked = time.monotonic()
                elif self.address is not None and time.monotonic() - asked > _PATIENCE:
                    connect(self.address).close()
                    asked = time.monotonic()
                wanted = pending.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result


def connect(address: ServerAddress, database: str | None = None) -> psycopg.Connection[TupleRow]:
    """Open a connection of migcheck's own: autocommit, application_name `migcheck`.

    `database` defaults to the maintenance database of the address. Raises DatabaseError with the
    server's words; so does every later call, when it is long in coming and the server lets nobody in.
    """
    try:
        connection = _Connection.connect(**parameters(address, database), autocommit=True)
    except (psycopg.Error, ValueError) as error:  # ValueError: a host name or value that cannot be one
        raise DatabaseError(
            f"no connection to database {database or address.database!r} at {address.place}:"
            f" {server_words(error)}",
            _GONE,
        ) from error
    connection.address = address
    return connection


def parameters(address: ServerAddress, database: str | None) -> dict[str, Any]:
    """The words of libpq for a connection to `database`, or to the address's own."""
    given: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT,
        "client_encoding": "utf8",
        **dict(address.parameters),
        "dbname": database or address.database,
        "application_name": "migcheck",
    }
    # What the address leaves empty is for libpq to find (PGHOST, the default socket ...).
    for name, value in (("host", address.host), ("port", address.port), ("user", address.user)):
        if value:
            given[name] = value
    if address.password is not None:
        given["password"] = address.password
    if address.private:
        # What the user has set for other servers (PGOPTIONS, PGSSLMODE ...) must not reach this one.
        given |= {"options": "", "sslmode": "disable", "gssencmode": "disable"}
    return given


def server_words(error: Exception) -> str:
    """What the server (or libpq) said, in one line, without psycopg's own framing."""
    text = (error.diag.message_primary if isinstance(error, psycopg.Error) else None) or str(error)
    return " ".join(text.split()).removeprefix("connection failed: ")


def line_in(script: str, error: psycopg.Error) -> int | None:
    """The line of `script` (1-based) at which the server found the error, where it told a place in it."""
    position = error.diag.statement_position
    return script.count("\n", 0, int(position)) + 1 if position else None


def database_error(what: str, error: psycopg.Error) -> DatabaseError:
    """`what` failed: the server's words, and a hint for what its SQLSTATE usually means here."""
    hint = _HINTS.get(error.sqlstate, error.diag.message_hint) if error.sqlstate else _GONE
    return DatabaseError(f"{what}: {server_words(error)}", hint, error.diag.message_detail)
