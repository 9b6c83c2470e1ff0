"""Whether a server of a kind that migcheck knows only through SQLAlchemy will do."""

from __future__ import annotations

from migcheck.dialects.generic import Generic, databases, leftovers
from migcheck.dialects.generic.connection import opened, version_of
from migcheck.dialects.names import new_name, new_run
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.look import Look, unusable

_HINTS = (
    ("Connection refused", "Is the server running, and are host and port of the URL right?"),
    ("password", "Check user and password in the URL (an @ in them is %40)."),
    ("Login failed", "Check user and password in the URL (an @ in them is %40)."),
    ("timed out", "Can the server be reached from here (network, firewall)?"),
    ("timeout", "Can the server be reached from here (network, firewall)?"),
    ("Data source name not found", "Name the ODBC driver: ?driver=ODBC+Driver+18+for+SQL+Server"),
)


def look(wanted: ServerAddress) -> Look:
    """Connect, and see that the server will do by trying it; raises ProviderError where it won't."""
    dialect = Generic(wanted.dialect)
    try:
        databases.require_databases(wanted.dialect)
        with opened(wanted, f"no connection to the {dialect.title} server") as connection:
            version = version_of(connection)
    except DatabaseError as error:
        raise unusable(error, _HINTS) from error
    run = new_run()
    with leftovers.hold(wanted, run):
        _try(wanted, new_name(run))
    return Look(wanted, dialect.title, version)


def _try(address: ServerAddress, name: str) -> None:
    """Make a database, see that a session comes to it, and drop it."""
    try:
        databases.create(address, name)
    except DatabaseError as error:
        raise ProviderError(
            f"login {address.user!r} may not create databases on the server of the URL: {error.message}",
            "Let an administrator grant it, or give another login.",
        ) from error
    try:
        with opened(address, f"no connection to database {name}", name) as connection:
            databases.require_place(connection, name)
    except DatabaseError as error:
        raise ProviderError(f"the server of the URL cannot be used: {error.message}", error.hint) from error
    finally:
        databases.drop(address, name)
