"""Whether a MariaDB or MySQL server that somebody else runs will do."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql import databases
from migcheck.dialects.mysql.connection import connect, database_error, error_number, query
from migcheck.dialects.names import new_name, new_run
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.look import Look, unusable
from migcheck.providers.mysql.installation import OLDEST

if TYPE_CHECKING:
    from pymysql.connections import Connection

# Where the server's packages put its socket; the first that is there is taken where the URL names no host.
_SOCKETS = ("/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock")

_PORT = 3306

_SILENT = "Something else than MariaDB or MySQL answers there: check the port."
_HOST = "Check the host in the URL."
# What tells cases apart that have one number.
_HINTS = (
    ("Connection refused", "Is the server running, and are host and port of the URL right?"),
    ("No such file or directory", "Is the server running, and is the socket of the URL right?"),
    ("Name or service not known", _HOST),
    ("nodename nor servname", _HOST),
    ("No address associated", _HOST),
    ("Temporary failure in name resolution", _HOST),
    ("label empty or too long", _HOST),
    ("certificate verify failed", "Is ssl_ca of the URL the authority of the server's certificate?"),
    ("insecure transport", "The server wants TLS: leave ssl_disabled out of the URL."),
    ("SSL connection error", "The server has no TLS: leave the ssl parameters out of the URL."),
    ("SSL is required", "The server has no TLS: leave the ssl parameters out of the URL."),
    ("during query (timed out)", _SILENT),
    ("during query ([Errno 104]", _SILENT),
    ("Packet sequence number wrong", _SILENT),
    ("max_user_connections", "The login has no connection left: raise its limit or end some sessions."),
    ("timed out", "Can the server be reached from here (network, firewall)?"),
)

# ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR
_DENIED = (1044, 1142, 1227)


def look(wanted: ServerAddress) -> Look:
    """Connect, and see that the server will do; raises ProviderError where it won't."""
    wanted = _with_place(wanted)
    try:
        connection = connect(wanted)
    except DatabaseError as error:
        raise unusable(error, _HINTS) from error
    with connection:
        address = _with_login(wanted, connection)
        try:
            ((text, comment, read_only),) = query(
                connection, "SELECT VERSION(), @@version_comment, @@GLOBAL.read_only"
            )
        except connection.Error as error:
            raise database_error("cannot look at the server of the URL", error) from error
    product = "MariaDB" if "mariadb" in f"{text} {comment}".lower() else "MySQL"
    version = re.match(r"[\d.]*\d", text)[0]  # type: ignore[index]  # it always begins with a number
    if tuple(map(int, version.split("."))) < tuple(map(int, OLDEST[product].split("."))):
        raise ProviderError(
            f"the server of the URL is {product} {version}, which is too old",
            f"migcheck works with MariaDB {OLDEST['MariaDB']}, MySQL {OLDEST['MySQL']} and newer.",
        )
    if str(read_only).upper() not in ("0", "OFF"):
        # Also for a login that may write all the same: what it changes there the primary does not have.
        raise ProviderError("the server of the URL is read-only", "Name its primary, or another.")
    address = replace(address, dialect=product.lower())
    _try(address)
    return Look(address, product, version)


def _with_place(wanted: ServerAddress) -> ServerAddress:
    """The address with a host: where neither URL nor option file has one, what the server's client takes."""
    if "read_default_file" in dict(wanted.parameters):
        return wanted
    host = wanted.host or next(filter(os.path.exists, _SOCKETS), "localhost")
    return replace(wanted, host=host, port=0 if host.startswith("/") else wanted.port or _PORT)


def _with_login(wanted: ServerAddress, connection: Connection[Any]) -> ServerAddress:
    """The address with what was found in an option file, or is PyMySQL's default."""
    socket = connection.unix_socket
    return replace(
        wanted,
        host=socket or connection.host,
        port=0 if socket else connection.port,
        user=os.fsdecode(connection.user),
        password=os.fsdecode(connection.password) or wanted.password,
    )


def _try(address: ServerAddress) -> None:
    """Make a database and drop it: what grants amount to, with roles and patterns, only the server knows.

    It is dropped before as well, when it isn't there: who may not do that would leave it behind.
    """
    name = new_name(new_run())
    try:
        databases.drop(address, name)
        databases.create(address, name)
        databases.drop(address, name)
    except DatabaseError as error:
        if error_number(error.__cause__ or error) in _DENIED:
            raise ProviderError(
                f"login {address.user!r} may not create and drop databases on the server of the URL",
                f"Let an administrator run: GRANT ALL ON `migcheck\\_%`.* TO '{address.user}'@'...'",
                error.message,
            ) from error
        with suppress(DatabaseError):  # only the answer may have been lost
            databases.drop(address, name)
        raise ProviderError(
            f"no database can be made on the server of the URL: {error.message}", error.hint
        ) from error
