"""What MariaDB and MySQL give, in one place: see `migcheck.dialects.base.Dialect`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from migcheck.dialects.base import Query, State
from migcheck.dialects.mysql import copying, databases, failures, session_state, sessions, shared
from migcheck.dialects.mysql.data import MySQLData
from migcheck.dialects.mysql.observer import Observer
from migcheck.model import ServerAddress


class MySQL:
    """The dialect of MariaDB (10.5 and newer) and MySQL (8.0 and newer)."""

    name = "mysql"
    family = frozenset({"mysql", "mariadb"})
    title = "MySQL / MariaDB"
    clones = False
    quote = "`"
    transaction = None
    checks_deferred = ""
    server_wide = re.compile(shared.SERVER_WIDE, re.IGNORECASE)
    shared_kinds = frozenset({"user", "role", "other database"})
    unseen = None

    def create(self, address: ServerAddress, name: str, template: str | None = None) -> None:
        """See `databases.create`; no server of the family can copy a database."""
        if template is not None:
            raise RuntimeError("MariaDB and MySQL cannot copy a database")
        databases.create(address, name)

    def copy(self, address: ServerAddress, name: str, template: str) -> bool:
        """See `copying.copy`."""
        return copying.copy(address, name, template)

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `databases.drop`."""
        databases.drop(address, name)

    def names(self, address: ServerAddress, run: str) -> list[str]:
        """See `databases.names`."""
        return databases.names(address, run)

    def mark(self, address: ServerAddress, name: str, token: str) -> bool:
        """No setting belongs to a database: the random half of its name has to be the proof."""
        return False

    def execute(self, address: ServerAddress, name: str, script: str) -> None:
        """See `databases.execute`."""
        databases.execute(address, name, script)

    def has_any(self, address: ServerAddress, name: str, tables: Collection[str]) -> bool:
        """See `databases.has_any`."""
        return databases.has_any(address, name, tables)

    def shared(self, address: ServerAddress) -> Mapping[str, str]:
        """See `shared.shared`."""
        return shared.shared(address)

    def reset_shared(self, address: ServerAddress, gone: Iterable[str], changed: Mapping[str, str]) -> None:
        """See `shared.reset_shared`."""
        shared.reset_shared(address, gone, changed)

    def end_sessions(self, address: ServerAddress, name: str) -> None:
        """See `sessions.end_sessions`."""
        sessions.end_sessions(address, name)

    def running(self, address: ServerAddress, name: str) -> str | None:
        """See `sessions.running`."""
        return sessions.running(address, name)

    def stuck(self, address: ServerAddress, name: str) -> str | None:
        """See `sessions.stuck`."""
        return sessions.stuck(address, name)

    def whereabouts(self, query: Query) -> tuple[str, str]:
        """The current database; nothing can be marked (see `mark`)."""
        ((name,),) = query("SELECT DATABASE()")
        return (name.decode() if isinstance(name, bytes) else str(name or "")), ""

    def default_schema(self, query: Query) -> str:
        """A schema is a database here, and names in snapshots are those within ours."""
        return ""

    def session_state(self, query: Query, statements: Collection[str] = ()) -> State:
        """See `session_state.read`."""
        return session_state.read(query, statements)

    def restoring(self, lost: State) -> Iterable[str]:
        """Nothing that a session has set ends with a transaction."""
        return ()

    def harmless(self, statement: str) -> bool:
        """See `session_state.HARMLESS`."""
        return session_state.HARMLESS.match(statement) is not None

    def is_disk_full(self, error: BaseException) -> bool:
        """See `failures.is_disk_full`."""
        return failures.is_disk_full(error)

    def is_lost(self, error: BaseException) -> bool:
        """See `failures.is_lost`."""
        return failures.is_lost(error)

    def observer(
        self, address: ServerAddress, database: str, leave_out: frozenset[str], paranoid: bool = False
    ) -> Observer:
        """See `observer.Observer`; every snapshot is a full one."""
        return Observer(address, database, leave_out)

    def data(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> MySQLData:
        """See `data.MySQLData`."""
        return MySQLData(address, database, leave_out)


MYSQL = MySQL()
