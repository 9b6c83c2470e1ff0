"""Connections of migcheck's own to MariaDB and MySQL, and what the server says when something goes wrong."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from pymysql.connections import Connection

_CONNECT_TIMEOUT = 10  # seconds, for the network and again for the server's greeting
# Longer than any statement of ours takes; a server whose machine is frozen or has gone away never answers.
_READ_TIMEOUT = 60  # seconds

_HINTS = {
    1021: "The disk that holds the server's data is full: free some space.",
    1040: "The server has no connection left: raise max_connections or end some sessions.",
    1044: "The login needs the right to create databases: GRANT ALL ON `migcheck\\_%`.* TO ...",
    1045: "The user name or the password in the URL is wrong, or the user may not come from this host.",
    1049: "The database in the URL does not exist: leave it out, or create it.",
    1130: "The server lets nobody in from this host: CREATE USER ...@'this host'.",
    1142: "The login lacks a privilege: see the server's words.",
    1203: "The login has no connection left: raise max_user_connections or end some sessions.",
    1227: "The login lacks a privilege: see the server's words.",
    1698: "The server lets this user in only as the same user of the machine (unix_socket): use another.",
    2003: "The server does not run, or listens elsewhere: check host and port.",
}
_MULTI_STATEMENTS = 1 << 16  # CLIENT_MULTI_STATEMENTS of the protocol
_GONE = "If the server has just gone away, its log says why."

# No statement of ours is so long that this many come near max_allowed_packet (16 MB).
_BATCH = 500

CLIENT_ERRORS = range(2000, 3000)
"""Numbers of errors that the server had no part in."""

_NUMBERS = frozenset({"connect_timeout", "read_timeout", "write_timeout", "max_allowed_packet"})
_FLAGS = frozenset({"ssl_disabled", "ssl_verify_cert", "ssl_verify_identity", "local_infile"})

_open: weakref.WeakKeyDictionary[Any, ServerAddress] = weakref.WeakKeyDictionary()


def connect(
    address: ServerAddress, database: str | None = None, read_timeout: int = _READ_TIMEOUT
) -> Connection[Any]:
    """Open a connection of migcheck's own: autocommit, utf8mb4, program_name `migcheck`.

    `database` defaults to the one of the address ("" for none); `read_timeout` are the seconds that the
    server has for each answer, where the address does not say otherwise. Raises DatabaseError with the
    server's words, and where PyMySQL is not installed.
    """
    require_driver()
    import pymysql

    place = f"database {database!r} at {address.place}" if database else f"the server at {address.place}"
    try:
        connection = pymysql.connect(**_parameters(address, database))
    except pymysql.Error as error:
        raise database_error(f"no connection to {place}", error) from error
    except (OSError, RuntimeError, TypeError, ValueError, LookupError) as error:
        # A certificate that isn't there, `cryptography` missing for a method of login, an unknown parameter.
        raise DatabaseError(f"no connection to {place}: {server_words(error)}", _hint_of(error)) from error
    if "read_timeout" not in dict(address.parameters):
        # PyMySQL has one for the greeting of a server, which comes at once, and for statements.
        connection._read_timeout = read_timeout
    _open[connection] = address
    return connection


def require_driver() -> None:
    """Raise DatabaseError where PyMySQL is not installed."""
    try:
        import pymysql  # noqa: F401
    except ImportError as error:
        raise DatabaseError(
            "MariaDB and MySQL are read with PyMySQL, which is not installed", "pip install 'migcheck[mysql]'"
        ) from error


def own_sessions(address: ServerAddress) -> frozenset[int]:
    """The server's ids (CONNECTION_ID()) of the connections to it that `connect` opened in this process."""
    return frozenset(
        connection.thread_id()
        for connection, there in list(_open.items())
        if connection.open and (there.host, there.port) == (address.host, address.port)
    )


def _parameters(address: ServerAddress, database: str | None) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT,
        "charset": "utf8mb4",
        **{name: _value(name, value) for name, value in address.parameters},
        "user": address.user,
        "database": database or address.database or None,
        "program_name": "migcheck",
        "autocommit": True,
        "client_flag": _MULTI_STATEMENTS,
    }
    parameters.setdefault("read_timeout", parameters["connect_timeout"])
    if address.password is not None:
        parameters["password"] = address.password.encode()  # PyMySQL itself would send Latin-1
    if address.private or address.host.startswith("/"):
        # Nothing there is worth hiding, and preparing TLS takes longer than all the rest.
        parameters["ssl_disabled"] = True
    if address.host.startswith("/"):
        parameters["unix_socket"] = address.host
    else:
        parameters |= {"host": address.host, "port": address.port}
    return parameters


def _value(name: str, text: str) -> object:
    if name in _NUMBERS:
        return int(text)
    if name in _FLAGS:
        return text.lower() in ("1", "true", "yes", "on")
    return text


def _hint_of(error: Exception) -> str:
    if "cryptography" in str(error):
        return "pip install 'pymysql[rsa]'"
    return _GONE


def error_number(error: BaseException) -> int | None:
    """The server's (or the client library's) number of an exception of any driver; None where it has none."""
    number = getattr(error, "errno", None) or (error.args[0] if error.args else None)
    return number if isinstance(number, int) else None


def denied(error: BaseException) -> bool:
    """Whether the server says that the login lacks a privilege."""
    return error_number(error) in (1044, 1045, 1142, 1143, 1227, 1370)


def server_words(error: BaseException) -> str:
    """What the server (or PyMySQL) said, in one line, without the number."""
    text = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], str) else str(error)
    return " ".join(text.split()) or type(error).__name__


def database_error(what: str, error: BaseException) -> DatabaseError:
    """`what` failed: the server's words, and a hint for what their number usually means here."""
    number = error_number(error)
    hint = _HINTS.get(number or 0, _GONE if number is None or number in CLIENT_ERRORS else None)
    return DatabaseError(f"{what}: {server_words(error)}", hint)


def query(
    connection: Connection[Any], sql: str, parameters: Mapping[str, object] | None = None
) -> list[tuple[Any, ...]]:
    """The rows of one statement. Raises pymysql.Error."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


Row = dict[str, Any]
"""A row by the server's names for its columns."""


def answers(connection: Connection[Any], statements: Sequence[str]) -> list[list[Row] | Exception]:
    """The rows of each statement, or what the server says against it; a round trip more for each error.

    Raises pymysql.Error where the connection is lost.
    """
    found: list[list[Row] | Exception] = []
    while len(found) < len(statements):
        batch = statements[len(found) : len(found) + _BATCH]
        try:
            for rows in _results(connection, ";".join(batch)):
                found.append(rows)
        except connection.Error as error:
            number = error_number(error) or 0
            if number < 1000 or number in CLIENT_ERRORS:
                raise
            found.append(error)
    return found


def _results(connection: Connection[Any], sql: str) -> Iterator[list[Row]]:
    from pymysql.cursors import DictCursor

    # SHOW CREATE TABLE has the default of a binary column in it as it is, which may be no text.
    connection.use_unicode = False
    try:
        with connection.cursor(DictCursor) as cursor:
            cursor.execute(sql)
            yield [_texts(row) for row in cursor.fetchall()]
            while cursor.nextset():
                yield [_texts(row) for row in cursor.fetchall()]
    finally:
        connection.use_unicode = True


def _texts(row: Row) -> Row:
    return {
        name: value.decode(errors="backslashreplace") if isinstance(value, bytes) else value
        for name, value in row.items()
    }
