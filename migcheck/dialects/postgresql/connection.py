"""Connections of migcheck's own, and what the server says when something goes wrong on them."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import TupleRow

from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

_CONNECT_TIMEOUT = 10  # seconds

_HINTS = {
    "42501": "The login needs the right to create databases: ALTER ROLE ... CREATEDB.",
    "53100": "The disk that holds the server's data is full: free some space, or point TMPDIR elsewhere.",
    "53300": "The server has no connection left: raise max_connections or end some sessions.",
    "55006": "Somebody stays connected to it: end that session and run again.",
}


def connect(address: ServerAddress, database: str | None = None) -> psycopg.Connection[TupleRow]:
    """Open a connection of migcheck's own: autocommit, application_name `migcheck`.

    `database` defaults to the maintenance database of the address. Raises DatabaseError with the
    server's words.
    """
    try:
        return psycopg.connect(**_parameters(address, database), autocommit=True)
    except (psycopg.Error, ValueError) as error:  # ValueError: a host name or value that cannot be one
        raise DatabaseError(
            f"no connection to database {database or address.database!r}: {server_words(error)}",
            "If the server has just gone away, its log says why; if it has no connection left, end some.",
        ) from error


def _parameters(address: ServerAddress, database: str | None) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT,
        "client_encoding": "utf8",
        **dict(address.parameters),
        "dbname": database or address.database,
        "application_name": "migcheck",
    }
    # What the address leaves empty is for libpq to find (PGHOST, the default socket ...).
    for name, value in (("host", address.host), ("port", address.port), ("user", address.user)):
        if value:
            parameters[name] = value
    if address.password is not None:
        parameters["password"] = address.password
    if address.private:
        # What the user has set for other servers (PGOPTIONS, PGSSLMODE ...) must not reach this one.
        parameters |= {"options": "", "sslmode": "disable", "gssencmode": "disable"}
    return parameters


def server_words(error: Exception) -> str:
    """What the server (or libpq) said, in one line, without psycopg's own framing."""
    text = (error.diag.message_primary if isinstance(error, psycopg.Error) else None) or str(error)
    return " ".join(text.split()).removeprefix("connection failed: ")


def database_error(what: str, error: psycopg.Error) -> DatabaseError:
    """`what` failed: the server's words, and a hint for what its SQLSTATE usually means here."""
    hint = _HINTS.get(error.sqlstate or "", error.diag.message_hint)
    return DatabaseError(f"{what}: {server_words(error)}", hint, error.diag.message_detail)
