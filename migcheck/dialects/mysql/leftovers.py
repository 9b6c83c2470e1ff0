"""Databases that runs which died have left on somebody's server.

A run holds a lock of GET_LOCK under its id for as long as it lives; the server lets it go when the run's
connection ends, however it ends. Whether a lock is free every login may ask.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql.connection import connect, database_error, query
from migcheck.dialects.mysql.databases import drop, opened
from migcheck.dialects.names import PREFIX
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from pymysql.connections import Connection

_RUN = re.compile(r"r[0-9a-f]{8}")
_NAME = re.compile(rf"({PREFIX}{_RUN.pattern})_[0-9a-f]{{8}}")

_LONGEST_IDLE = 31_536_000  # seconds: a year is the most that wait_timeout can be
_DATABASE = 3  # the column of SHOW PROCESSLIST


@contextmanager
def hold(address: ServerAddress, run: str) -> Iterator[None]:
    """Show other runs that `run` (of `names.new_run()`) lives, for the length of the block."""
    if _RUN.fullmatch(run) is None:
        raise ValueError(f"not the id of a run: {run!r}")
    with connect(address) as connection:
        try:
            query(connection, f"SET SESSION wait_timeout = {_LONGEST_IDLE}")
            taken = query(connection, f"SELECT GET_LOCK('{PREFIX}{run}', 0)")
        except connection.Error as error:
            raise database_error("cannot take a lock for this run", error) from error
        if taken != [(1,)]:
            raise DatabaseError(f"another session holds the lock {PREFIX}{run} of this run", "Run again.")
        yield


def leftovers(address: ServerAddress) -> list[str]:
    """Names of databases whose runs are dead, sorted; those of which that isn't sure are left out."""
    with opened(address, "cannot look for databases of earlier runs") as connection:
        there = [name for (name,) in query(connection, "SHOW DATABASES")]
        locks = {name: found[1] for name in sorted(there) if (found := _NAME.fullmatch(name))}
        # A run whose own connection was cut but whose databases are in use is alive as well.
        alive = {
            found[1]
            for row in query(connection, "SHOW PROCESSLIST")
            if (found := _NAME.fullmatch(row[_DATABASE] or ""))
        }
        alive |= {lock for lock in set(locks.values()) - alive if not _is_free(connection, lock)}
        return [name for name, lock in locks.items() if lock not in alive]


def _is_free(connection: Connection[Any], lock: str) -> bool:
    return query(connection, f"SELECT IS_FREE_LOCK('{lock}')") == [(1,)]


def drop_leftovers(address: ServerAddress) -> list[str]:
    """Drop what `leftovers` finds, as far as this login may; returns the names of what is gone."""
    gone = []
    for name in leftovers(address):
        with contextlib.suppress(DatabaseError):  # another user's, or another run is at it
            drop(address, name)
            gone.append(name)
    return gone
