"""What a kind of database has to give so that migrations can be walked on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from migcheck.model import Difference, ServerAddress, Snapshot

if TYPE_CHECKING:
    from migcheck.dialects.data import Data

Query = Callable[[str], list[tuple[Any, ...]]]
"""Runs one SQL query on the migration's own connection, through whatever driver, and gives the rows."""

State = dict[tuple[str, str], str]
"""What outlives a transaction in a session: (what, name) -> its value, such as ("setting", "search_path").
`what` is the word of `Leak.what`: setting, role, temporary table, advisory lock ..."""


class Observer(Protocol):
    """Looks at one database over a connection of its own, which it opens on entry and closes on exit.

    Between two calls it holds no transaction and no lock, so that it never stands in a migration's way. Every
    method raises DatabaseError where the server refuses or is gone.
    """

    def __enter__(self) -> Observer: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """Everything a migration can change, as it stands now.

        `statements` are those that were run since the last call, where that is known: they may tell that a
        brief look will do. Without them the look is thorough.
        """

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences; those of text that the server itself calls equal become cosmetic.

        The database must stand at `after`. Nothing is changed in it.
        """


class Dialect(Protocol):
    """A kind of database; stateless. Every function that reaches a server raises DatabaseError where that
    refuses or is gone. `name` arguments are of databases made by us (`names.new_name`)."""

    name: str
    """The word in `ServerAddress.dialect` and in reports: SQLAlchemy's name for the dialect."""

    family: frozenset[str]
    """SQLAlchemy's names of all dialects whose URLs lead here (`mysql` and `mariadb` are one)."""

    title: str
    """What people call it: PostgreSQL."""

    clones: bool
    """Whether `create` can copy a database. Where not, states are made by running migrations again."""

    quote: str
    """What stands around a name in SQL."""

    @property
    def transaction(self) -> str | None:
        """A query that tells the transaction of a session from every other one, where ROLLBACK takes back all
        that a migration does in it; None where it does not."""

    server_wide: re.Pattern[str]
    """Found in the text of a revision that may change what belongs to the whole server (roles ...)."""

    shared_kinds: frozenset[str]
    """Kinds of objects in snapshots that belong to the whole server."""

    @property
    def unseen(self) -> str | None:
        """A sentence for the report on what snapshots lack; None for a reader that sees all it knows of."""

    checks_deferred: str
    """The statement that checks deferred constraints at once, where there is a `transaction`."""

    # -- databases

    def create(self, address: ServerAddress, name: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of `template` (only where `clones`)."""

    def drop(self, address: ServerAddress, name: str) -> None:
        """Drop a database of ours and end its sessions; one that isn't there is no error."""

    def names(self, address: ServerAddress, run: str) -> list[str]:
        """The databases of this run that exist, sorted."""

    def mark(self, address: ServerAddress, name: str, token: str) -> bool:
        """Make `whereabouts` answer `token` in new sessions on this database; False where that cannot be."""

    def execute(self, address: ServerAddress, name: str, script: str) -> None:
        """Run a script of SQL statements. Raises ScriptError for what the server says against it."""

    def has_any(self, address: ServerAddress, name: str, tables: Collection[str]) -> bool:
        """Whether one of the tables, named as in a snapshot, is in the database."""

    def copy(self, address: ServerAddress, name: str, template: str) -> bool:
        """Make database `name` as a copy of `template`, rows included, whose sessions are ended. False where
        that cannot be done faithfully: then there is no such database."""

    # -- what belongs to the whole server

    def shared(self, address: ServerAddress) -> Mapping[str, str]:
        """What migrations may leave on the server beside the database (roles, users): name -> its state."""

    def reset_shared(self, address: ServerAddress, gone: Iterable[str], changed: Mapping[str, str]) -> None:
        """Drop what is `gone` from `shared`, and give back to what has `changed` the state that is told."""

    # -- sessions, seen from outside

    def end_sessions(self, address: ServerAddress, name: str) -> None:
        """End every session on the database but migcheck's own: with them go the locks they still hold."""

    def running(self, address: ServerAddress, name: str) -> str | None:
        """The statement that the server runs on this database, the last begun; None where it runs none."""

    def stuck(self, address: ServerAddress, name: str) -> str | None:
        """Why the sessions on this database can never go on: one waits for a lock of another that is idle."""

    # -- the migration's own session

    def whereabouts(self, query: Query) -> tuple[str, str]:
        """The database that the session is on, and the token it was marked with ("" for none)."""

    def default_schema(self, query: Query) -> str:
        """The schema that unqualified names mean; "" where tables' names are not qualified in snapshots."""

    def session_state(self, query: Query, statements: Collection[str] = ()) -> State:
        """What the session has beyond a fresh one.

        `statements` are those that have just been run in it: no server tells everything by itself.
        """

    def restoring(self, lost: State) -> Iterable[str]:
        """The queries (each gives rows) that set again what of a session's state was lost, if it can be."""

    def harmless(self, statement: str) -> bool:
        """Whether a statement of this text can leave nothing behind in its session."""

    # -- errors

    def is_disk_full(self, error: BaseException) -> bool:
        """Whether a driver's exception says that the server's disk is full."""

    def is_lost(self, error: BaseException) -> bool:
        """Whether a driver's exception says that the connection, or the server, has gone away."""

    # -- looking

    def observer(
        self, address: ServerAddress, database: str, leave_out: frozenset[str], paranoid: bool = False
    ) -> AbstractContextManager[Observer]:
        """What looks at the database; `leave_out` are tables (as `default_schema` qualifies them) that no
        snapshot has, nor what belongs to them. With `paranoid`, an observer that reads only what has changed
        compares that with reading everything, and raises WalkError where the two differ."""

    # -- rows

    def data(
        self, address: ServerAddress, database: str, leave_out: frozenset[str]
    ) -> AbstractContextManager[Data] | None:
        """What puts rows into the database and reads them; None for a dialect in which rows are not tried.
        `leave_out` as for `observer`."""


class ScriptError(Exception):
    """What a server says against a script: `line` is 1-based, None where it does not tell."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.message = message
        self.line = line
