"""Databases that runs which died have left on somebody's server.

A run holds an advisory lock under its id for as long as it lives; the server lets it go when the run's
connection ends, however it ends. Locks of all databases show in pg_locks.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from migcheck.dialects.names import PREFIX
from migcheck.dialects.postgresql.connection import connect, database_error
from migcheck.dialects.postgresql.databases import drop
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

_LOCK_CLASS = int.from_bytes(b"migc", "big")

_RUN = re.compile(r"r[0-9a-f]{8}")

_LEFTOVERS = f"""
SELECT d.datname
FROM pg_database d, substring(d.datname from '^{PREFIX}(r[0-9a-f]{{8}})_[0-9a-f]{{8}}$') AS run
WHERE run IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_locks l
                  WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = {_LOCK_CLASS}
                    AND l.objid::int8 = ('x' || substr(run, 2))::bit(32)::int8 & 4294967295)
  -- A run whose own connection was cut but whose databases are in use is alive as well.
  AND NOT EXISTS (SELECT FROM pg_stat_activity a
                  WHERE starts_with(a.datname, '{PREFIX}' || run || '_'))
ORDER BY d.datname COLLATE "C"
"""


@contextmanager
def hold(address: ServerAddress, run: str) -> Iterator[None]:
    """Show other runs that `run` (of `databases.new_run()`) lives, for the length of the block."""
    if _RUN.fullmatch(run) is None:
        raise ValueError(f"not the id of a run: {run!r}")
    number = int(run[1:], 16)
    signed = number - (1 << 32) if number >= 1 << 31 else number
    connection = connect(address)
    try:
        try:
            if connection.info.server_version >= 140000:
                connection.execute("SET idle_session_timeout = 0")
            connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_LOCK_CLASS, signed])
        except psycopg.Error as error:
            raise database_error("cannot take an advisory lock", error) from error
        yield
    finally:
        connection.close()


def leftovers(address: ServerAddress) -> list[str]:
    """Names of databases whose runs are dead, sorted; those of which that isn't sure are left out."""
    with connect(address) as connection:
        try:
            return [name for (name,) in connection.execute(_LEFTOVERS).fetchall()]
        except psycopg.Error as error:
            raise database_error("cannot look for databases of earlier runs", error) from error


def drop_leftovers(address: ServerAddress) -> list[str]:
    """Drop what `leftovers` finds, as far as this login may; returns the names of what is gone."""
    gone = []
    for name in leftovers(address):
        with contextlib.suppress(DatabaseError):  # another user's, or another run is at it
            drop(address, name)
            gone.append(name)
    return gone
