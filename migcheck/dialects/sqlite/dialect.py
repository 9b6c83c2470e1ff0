"""What SQLite gives, in one place: see `migcheck.dialects.base.Dialect`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from migcheck.dialects.base import Query, State
from migcheck.dialects.sqlite import databases, session_state
from migcheck.dialects.sqlite.data import SQLiteData
from migcheck.dialects.sqlite.observer import Observer
from migcheck.model import ServerAddress


class SQLite:
    """The dialect of SQLite; its server is the directory `address.host`."""

    name = "sqlite"
    family = frozenset({"sqlite"})
    title = "SQLite"
    clones = True
    quote = '"'
    transaction = None
    checks_deferred = ""
    server_wide = re.compile(r"(?!)")
    shared_kinds: frozenset[str] = frozenset()
    unseen = None

    def create(self, address: ServerAddress, name: str, template: str | None = None) -> None:
        """See `databases.create`."""
        databases.create(address, name, template)

    def copy(self, address: ServerAddress, name: str, template: str) -> bool:
        """See `databases.create`."""
        databases.create(address, name, template)
        return True

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `databases.drop`."""
        databases.drop(address, name)

    def names(self, address: ServerAddress, run: str) -> list[str]:
        """See `databases.names`."""
        return databases.names(address, run)

    def mark(self, address: ServerAddress, name: str, token: str) -> bool:
        """False: a file has no place for it. That its name was made at random is proof enough."""
        return False

    def execute(self, address: ServerAddress, name: str, script: str) -> None:
        """See `databases.execute`."""
        databases.execute(address, name, script)

    def has_any(self, address: ServerAddress, name: str, tables: Collection[str]) -> bool:
        """See `databases.has_any`."""
        return databases.has_any(address, name, tables)

    def shared(self, address: ServerAddress) -> Mapping[str, str]:
        """Nothing: there is nothing beside the databases."""
        return {}

    def reset_shared(self, address: ServerAddress, gone: Iterable[str], changed: Mapping[str, str]) -> None:
        """Nothing is shared."""

    def end_sessions(self, address: ServerAddress, name: str) -> None:
        """Nothing: a session is a file that its process holds open, and ends with it."""

    def running(self, address: ServerAddress, name: str) -> str | None:
        """None: statements run in their own process."""
        return None

    def stuck(self, address: ServerAddress, name: str) -> str | None:
        """None: who waits for a lock in vain is told so by itself (`database is locked`)."""
        return None

    def whereabouts(self, query: Query) -> tuple[str, str]:
        """The name of the database whose file the session has open (of a file that isn't ours, all of it)."""
        file = next((str(row[2] or "") for row in query("PRAGMA database_list") if row[1] == "main"), "")
        return Path(file).stem if file.endswith(databases.SUFFIX) else file or ":memory:", ""

    def default_schema(self, query: Query) -> str:
        """ "": names in snapshots are those of `main`."""
        return ""

    def session_state(self, query: Query, statements: Collection[str] = ()) -> State:
        """See `session_state.read`."""
        return session_state.read(query)

    def restoring(self, lost: State) -> Iterable[str]:
        """See `session_state.restoring`."""
        return session_state.restoring(lost)

    def harmless(self, statement: str) -> bool:
        """See `session_state.HARMLESS`."""
        return session_state.HARMLESS.match(statement) is not None

    def is_disk_full(self, error: BaseException) -> bool:
        """SQLITE_FULL, in SQLite's words: the drivers for Python older than 3.11 have no codes."""
        return "database or disk is full" in str(getattr(error, "orig", None) or error)

    def is_lost(self, error: BaseException) -> bool:
        """SQLITE_IOERR, or the file was moved away under the connection."""
        original = getattr(error, "orig", None) or error
        moved = getattr(original, "sqlite_errorname", "") == "SQLITE_READONLY_DBMOVED"
        return moved or "disk I/O error" in str(original)

    def observer(
        self, address: ServerAddress, database: str, leave_out: frozenset[str], paranoid: bool = False
    ) -> Observer:
        """See `observer.Observer`; every snapshot is a full one."""
        return Observer(address, database, leave_out)

    def data(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> SQLiteData:
        """See `data.SQLiteData`."""
        return SQLiteData(address, database, leave_out)


SQLITE = SQLite()
