"""Whether a PostgreSQL server that somebody else runs will do."""

from __future__ import annotations

from dataclasses import replace

import psycopg

from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.connection import database_error
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.look import Look, unusable
from migcheck.providers.postgresql.installation import OLDEST

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


def look(wanted: ServerAddress) -> Look:
    """Connect, and see that the server will do; raises ProviderError where it won't."""
    try:
        connection = databases.connect(wanted)
    except DatabaseError as error:
        raise unusable(error, _HINTS) from error
    with connection:
        info = connection.info
        try:
            row = connection.execute(
                """SELECT rolsuper OR rolcreatedb, pg_is_in_recovery(), current_setting('server_version')
                   FROM pg_roles WHERE rolname = current_user"""
            ).fetchone()
        except psycopg.Error as error:
            raise database_error("cannot look at the server of the URL", error) from error
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
    return Look(address, "PostgreSQL", version.split()[0])
