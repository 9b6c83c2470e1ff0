"""`sqlite`: a directory for the run's database files, gone with the run. No server, no program."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from migcheck.dialects.names import new_run
from migcheck.errors import ProviderError
from migcheck.model import ServerAddress
from migcheck.providers import directories
from migcheck.providers.account import Account
from migcheck.providers.base import Availability, LoglessServer
from migcheck.providers.lifeline import lifeline

OLDEST = (3, 31, 0)
"""The first version of SQLite with generated columns."""

_PATIENCE = 60.0  # seconds for the keeper to start


class SQLiteProvider:
    """The SQLite that Python was built with."""

    name = "sqlite"
    dialect = "sqlite"

    def availability(self) -> Availability:
        """Which version Python has, and whether it is new enough."""
        if sqlite3.sqlite_version_info >= OLDEST:
            return Availability(self.name, True, f"SQLite {sqlite3.sqlite_version}, Python's own")
        detail = f"Python has SQLite {sqlite3.sqlite_version}, {'.'.join(map(str, OLDEST))} is needed"
        return Availability(self.name, False, detail, "Use a newer Python.")

    def start(self) -> AbstractContextManager[LoglessServer]:
        """A private directory, in memory where there is room; raises ProviderError."""
        return _directory(self)


@contextmanager
def _directory(provider: SQLiteProvider) -> Iterator[LoglessServer]:
    found = provider.availability()
    if not found.available:
        raise ProviderError(found.detail, found.hint)
    directories.sweep()
    ourselves = Account(name="", uid=os.geteuid(), gid=os.getegid(), switch=False)
    with lifeline() as line:
        home = directories.make_for_data(ourselves, line.announce)
        line.directories.append(home)
        try:
            databases = home.folder("databases", ourselves)
        except OSError as error:
            raise ProviderError(f"cannot make a directory for databases: {error}") from error
        line.send({"locks": [str(home.path / directories.LOCK)]})
        event = line.event(_PATIENCE) or {"event": "silent"}
        if event["event"] != "started":
            raise ProviderError(
                "the process that looks after the database files does not start",
                "Was it killed, for want of memory perhaps?",
                event.get("output"),
            )
        address = ServerAddress("sqlite", str(databases), 0, "", None, "", private=True)
        yield LoglessServer(address, provider.name, sqlite3.sqlite_version, new_run())
