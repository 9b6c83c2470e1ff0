"""What can be given for any database that SQLAlchemy knows: see `migcheck.dialects.base.Dialect`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.engine import URL

from migcheck.dialects.base import Query, State
from migcheck.dialects.generic import databases, failures
from migcheck.dialects.generic.observer import Observer
from migcheck.dialects.inspector import unseen
from migcheck.model import ServerAddress

_TITLES = {
    "clickhouse": "ClickHouse",
    "cockroachdb": "CockroachDB",
    "mssql": "Microsoft SQL Server",
    "oracle": "Oracle",
}


class Generic:
    """A dialect of SQLAlchemy's, by its name, on a server that has CREATE DATABASE and DROP DATABASE.

    Schemas are read by SQLAlchemy's Inspector; what belongs to the whole server is not looked at, nor what a
    session keeps.
    """

    clones = False
    quote = '"'
    transaction = None
    checks_deferred = ""
    server_wide = re.compile(r"\b(create|drop|alter)\s+(role|user|login|group)\b", re.IGNORECASE)
    shared_kinds: frozenset[str] = frozenset()

    def __init__(self, name: str) -> None:
        self.name = name
        self.family = frozenset({name})
        self.title = _TITLES.get(name, name)

    @property
    def unseen(self) -> str:
        """See `inspector.unseen`, and what nobody looks for."""
        missing = unseen(URL.create(self.name).get_dialect())
        return (
            f"{self.title} is read through SQLAlchemy's Inspector, which does not see everything: not"
            f" compared are {missing}; nor what a migration leaves in its session, or on the server"
            " beside its database"
        )

    def create(self, address: ServerAddress, name: str, template: str | None = None) -> None:
        """See `databases.create`."""
        if template is not None:
            raise RuntimeError(f"nothing is known of how {self.title} copies a database")
        databases.create(address, name)

    def copy(self, address: ServerAddress, name: str, template: str) -> bool:
        """No database can be copied here."""
        return False

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `databases.drop`."""
        databases.drop(address, name)

    def names(self, address: ServerAddress, run: str) -> list[str]:
        """See `databases.names`."""
        return databases.names(address, run)

    def mark(self, address: ServerAddress, name: str, token: str) -> bool:
        """False: the random half of a database's name has to be the proof."""
        return False

    def execute(self, address: ServerAddress, name: str, script: str) -> None:
        """See `databases.execute`."""
        databases.execute(address, name, script)

    def has_any(self, address: ServerAddress, name: str, tables: Collection[str]) -> bool:
        """See `databases.has_any`."""
        return databases.has_any(address, name, tables)

    def shared(self, address: ServerAddress) -> Mapping[str, str]:
        """Nothing that is known of."""
        return {}

    def reset_shared(self, address: ServerAddress, gone: Iterable[str], changed: Mapping[str, str]) -> None:
        """Nothing is known of what could be reset."""

    def end_sessions(self, address: ServerAddress, name: str) -> None:
        """Nothing: there is no standard way. The guard closes what the user's code has left open."""

    def running(self, address: ServerAddress, name: str) -> str | None:
        """None: there is no standard way to ask."""
        return None

    def stuck(self, address: ServerAddress, name: str) -> str | None:
        """None: there is no standard way to ask; a step's time limit ends it."""
        return None

    def whereabouts(self, query: Query) -> tuple[str, str]:
        """See `databases.current`; nothing can be marked."""
        return databases.current(query, self.name), ""

    def default_schema(self, query: Query) -> str:
        """ "": names in snapshots are qualified only where they are not in the default schema."""
        return ""

    def session_state(self, query: Query, statements: Collection[str] = ()) -> State:
        """Nothing that is known of."""
        return {}

    def restoring(self, lost: State) -> Iterable[str]:
        """Nothing is known to be lost."""
        return ()

    def harmless(self, statement: str) -> bool:
        """True: whatever it leaves in its session cannot be seen anyway."""
        return True

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

    def data(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> None:
        """Rows are not tried here."""
