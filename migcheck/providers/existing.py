"""`existing`: a server that somebody else runs, named by a URL.

Only databases whose names carry our prefix are made, used and dropped there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.leftovers import drop_leftovers, hold
from migcheck.errors import DatabaseError, MigcheckError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.base import Availability
from migcheck.providers.installation import OLDEST
from migcheck.providers.url import address_of

# libpq's words for what goes wrong before there is an SQLSTATE, and what to do then.
_HINTS = (
    ("password authentication failed", "Check user and password in the URL (an @ in them is %40)."),
    ("no password supplied", "Put the password into the URL, or into PGPASSWORD."),
    ("does not exist", "Check user and database in the URL; any database that exists will do."),
    ("pg_hba.conf", "The server does not let this login in from here, or wants sslmode=require."),
    ("server does not support SSL", "Leave sslmode out of the URL, or set it to prefer."),
    ("not translate host name", "Check the host in the URL."),
    ("failed to resolve host", "Check the host in the URL."),
    ("label empty or too long", "Check the host in the URL."),
    ("Connection refused", "Is the server running, and are host and port of the URL right?"),
    ("No such file or directory", "Is the server running, and is the host of the URL right?"),
    ("timeout expired", "Can the server be reached from here (network, firewall)?"),
    ("received invalid response", "Something else than PostgreSQL answers there: check the port."),
    ("too many", "The server has no connection left: raise max_connections or end some sessions."),
)


@dataclass(frozen=True, slots=True)
class ExistingServer:
    """A server that somebody else runs; see `base.Server`."""

    address: ServerAddress
    provider: str
    version: str
    run: str

    def log_tail(self) -> str:
        """Nothing: its log is not ours to read."""
        return ""


class ExistingProvider:
    """The server at `url`, on which the login may create databases."""

    name = "existing"

    def __init__(self, url: str) -> None:
        self.wanted = address_of(url)

    def availability(self) -> Availability:
        """Whether the server answers and lets us create databases."""
        try:
            server = _look(self.wanted)
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)
        address = server.address
        where = f"{address.user} at {address.host}:{address.port}"
        return Availability(self.name, True, f"PostgreSQL {server.version}, {where}")

    def start(self) -> AbstractContextManager[ExistingServer]:
        """Use the server for the length of a block.

        Databases of runs that died are dropped first, at the end what is left of this run's. Raises
        ProviderError.
        """
        return _use(self.wanted)


@contextmanager
def _use(wanted: ServerAddress) -> Iterator[ExistingServer]:
    server = _look(wanted)
    drop_leftovers(server.address)
    with hold(server.address, server.run):
        try:
            yield server
        finally:
            for name in databases.names(server.address, server.run):
                databases.drop(server.address, name)


def _look(wanted: ServerAddress) -> ExistingServer:
    """Connect, and see that it is a server that will do."""
    try:
        connection = databases.connect(wanted)
    except DatabaseError as error:
        hint = next((hint for words, hint in _HINTS if words in error.message), error.hint)
        raise ProviderError(f"the server of the URL cannot be used: {error.message}", hint) from error
    with connection:
        info = connection.info
        row = connection.execute(
            """SELECT rolsuper OR rolcreatedb, pg_is_in_recovery(), current_setting('server_version')
               FROM pg_roles WHERE rolname = current_user"""
        ).fetchone()
        address = replace(
            wanted, host=info.host, port=info.port, user=info.user, password=info.password or wanted.password
        )
        major = info.server_version // 10000
    may_create, read_only, version = row or (False, False, str(major))
    if major < OLDEST:
        raise ProviderError(
            f"the server of the URL is PostgreSQL {version}, which is too old",
            f"migcheck works with PostgreSQL {OLDEST} and newer.",
        )
    if read_only:
        raise ProviderError("the server of the URL is a read-only standby", "Name its primary, or another.")
    if not may_create:
        raise ProviderError(
            f"login {address.user!r} may not create databases on the server of the URL",
            f'Let a superuser run: ALTER ROLE "{address.user}" CREATEDB',
        )
    return ExistingServer(address, ExistingProvider.name, version.split()[0], databases.new_run())
