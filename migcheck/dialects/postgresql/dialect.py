"""What PostgreSQL gives, in one place: see `migcheck.dialects.base.Dialect`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import psycopg

from migcheck.dialects.base import Query, ScriptError, State
from migcheck.dialects.exceptions import sqlstate
from migcheck.dialects.postgresql import databases, session_state, sessions
from migcheck.dialects.postgresql.connection import connect, line_in
from migcheck.dialects.postgresql.data import PostgreSQLData
from migcheck.dialects.postgresql.observer import Observer
from migcheck.dialects.postgresql.roles import drop_roles, restore_roles, roles
from migcheck.model import ServerAddress

MARKER = "migcheck.marker"

# Class 08 is of connections; the server itself ends them when it is told to stop (57P01), when a process of
# its own has died (57P02), or while it starts (57P03).
_LOST = re.compile(r"08...|57P0[123]")


class PostgreSQL:
    """The dialect of PostgreSQL."""

    name = "postgresql"
    family = frozenset({"postgresql"})
    title = "PostgreSQL"
    clones = True
    quote = '"'
    transaction = "SELECT pg_catalog.txid_current()"
    checks_deferred = "SET CONSTRAINTS ALL IMMEDIATE"
    server_wide = re.compile(r"\b(create|drop|alter)\s+(role|user|group)\b", re.IGNORECASE)
    shared_kinds = frozenset({"role"})
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
        """See `databases.mark`."""
        return databases.mark(address, name, token)

    def has_any(self, address: ServerAddress, name: str, tables: Collection[str]) -> bool:
        """See `databases.has_any`."""
        return databases.has_any(address, name, tables)

    def execute(self, address: ServerAddress, name: str, script: str) -> None:
        """Run a script of plain SQL, such as pg_dump writes with --inserts. Raises ScriptError."""
        plain = "\n".join(
            # pg_dump guards its output with these two commands of psql.
            "" if re.match(r"\\(un)?restrict\b", line) else line
            for line in script.splitlines()
        )
        try:
            with connect(address, name) as connection:
                connection.execute(plain.encode())
        except psycopg.Error as error:
            raise ScriptError(error.diag.message_primary or str(error), line_in(plain, error)) from error

    def shared(self, address: ServerAddress) -> Mapping[str, str]:
        """The server's roles."""
        return roles(address)

    def reset_shared(self, address: ServerAddress, gone: Iterable[str], changed: Mapping[str, str]) -> None:
        """Drop the roles that are `gone`, alter back those that have `changed`."""
        drop_roles(address, gone)
        restore_roles(address, changed)

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
        """The current database, and the marker that was set for its sessions."""
        ((name, marker),) = query(
            f"SELECT pg_catalog.current_database(), pg_catalog.current_setting('{MARKER}', true)"
        )
        return str(name), str(marker or "")

    def default_schema(self, query: Query) -> str:
        """The first schema of the search_path that exists."""
        ((schema,),) = query("SELECT pg_catalog.current_schema()")
        return str(schema or "public")

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
        """SQLSTATE 53100."""
        return sqlstate(getattr(error, "orig", None) or error) == "53100"

    def is_lost(self, error: BaseException) -> bool:
        """What SQLAlchemy calls a disconnect, an SQLSTATE that says so, or what a driver says without one."""
        original = getattr(error, "orig", None) or error
        state = sqlstate(original)
        if state is None and type(original).__name__ == "OperationalError":
            return True  # of libpq's making, not of the server's
        lost = _LOST.fullmatch(state or "") is not None or getattr(error, "connection_invalidated", False)
        return lost or isinstance(original.__cause__ or original, (ConnectionError, TimeoutError))

    def observer(
        self, address: ServerAddress, database: str, leave_out: frozenset[str], paranoid: bool = False
    ) -> Observer:
        """See `observer.Observer`."""
        return Observer(address, database, leave_out, paranoid)

    def data(self, address: ServerAddress, database: str, leave_out: frozenset[str]) -> PostgreSQLData:
        """See `data.PostgreSQLData`."""
        return PostgreSQLData(address, database, leave_out)


POSTGRESQL = PostgreSQL()
