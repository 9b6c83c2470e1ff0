"""What sessions do on a database, seen from outside: which run, who waits for whom, and how to end them.

SHOW PROCESSLIST is on every server and shows a login its own sessions without any privilege; migrations are
logged in like we are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql.connection import answers, connect, database_error, own_sessions, query
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from pymysql.connections import Connection


@dataclass(frozen=True, slots=True)
class Session:
    """One session: `state` is what it does or waits for, `statement` what it runs ("" while it is idle),
    `seconds` how long either has lasted."""

    id: int
    idle: bool
    seconds: int
    state: str
    statement: str

    @property
    def waits_for_metadata_lock(self) -> bool:
        """Whether another session uses the table that it wants to change."""
        return self.state.startswith("Waiting for ") and self.state.endswith("metadata lock")


def _sessions(connection: Connection[Any], database: str) -> list[Session]:
    """The sessions on `database` but this one, oldest first."""
    found = []
    for row in query(connection, "SHOW FULL PROCESSLIST"):
        number, _, _, on, command, seconds, state, statement = row[:8]
        if on == database and number != connection.thread_id():
            idle = command == "Sleep"
            found.append(Session(number, idle, seconds or 0, state or "", "" if idle else statement or ""))
    return sorted(found, key=lambda session: session.id)


def end(connection: Connection[Any], database: str, spared: Collection[int]) -> None:
    """End the sessions on `database` but those with the ids `spared`. Raises pymysql.Error."""
    for session in _sessions(connection, database):
        if session.id not in spared:
            # One that has ended by itself meanwhile is no error.
            answers(connection, [f"KILL CONNECTION {session.id}"])


def end_sessions(address: ServerAddress, database: str) -> None:
    """End every session on `database` but those of this process that migcheck itself opened."""
    with connect(address, "") as connection:
        try:
            end(connection, database, own_sessions(address))
        except connection.Error as error:
            raise database_error("cannot end sessions", error) from error


def running(address: ServerAddress, database: str) -> str | None:
    """The statement that the server runs on `database`, the last begun; None where it runs none."""
    with connect(address, "") as connection:
        try:
            active = [session for session in _sessions(connection, database) if session.statement]
        except connection.Error as error:
            raise database_error("cannot read the server's sessions", error) from error
    return min(active, key=lambda session: session.seconds).statement.strip() if active else None


# (who waits, who holds), as CONNECTION_ID() counts.
_ROW_LOCKS_MARIADB = """
SELECT w.trx_mysql_thread_id, h.trx_mysql_thread_id FROM information_schema.INNODB_LOCK_WAITS l
  JOIN information_schema.INNODB_TRX w ON w.trx_id = l.requesting_trx_id
  JOIN information_schema.INNODB_TRX h ON h.trx_id = l.blocking_trx_id
"""
_ROW_LOCKS_MYSQL = """
SELECT w.PROCESSLIST_ID AS waiting, h.PROCESSLIST_ID AS holding FROM performance_schema.data_lock_waits l
  JOIN performance_schema.threads w ON w.THREAD_ID = l.REQUESTING_THREAD_ID
  JOIN performance_schema.threads h ON h.THREAD_ID = l.BLOCKING_THREAD_ID
"""


def stuck(address: ServerAddress, database: str) -> str | None:
    """Why sessions on `database` can never go on: one waits for a lock of another that is idle.

    Who holds a metadata lock not every server tells. It is an idle session of the database where all that are
    not idle wait for such locks themselves; migcheck's own hold none.
    """
    with connect(address, "") as connection:
        try:
            found = [each for each in _sessions(connection, database) if each.id not in own_sessions(address)]
            pairs = _row_locks(connection) if any(not each.idle for each in found) else []
        except connection.Error as error:
            raise database_error("cannot read the server's sessions", error) from error
    by_id = {session.id: session for session in found}
    for waiting, holding in pairs:
        if waiting in by_id and holding in by_id and by_id[holding].idle:
            return _sentence(by_id[waiting])
    idle = [session for session in found if session.idle]
    busy = [session for session in found if not session.idle]
    if idle and busy and all(session.waits_for_metadata_lock for session in busy):
        return _sentence(busy[0])
    return None


def _row_locks(connection: Connection[Any]) -> list[tuple[int, int]]:
    """Pairs of sessions; none where the login may not see them."""
    mariadb = "MariaDB" in connection.get_server_info()
    (rows,) = answers(connection, [_ROW_LOCKS_MARIADB if mariadb else _ROW_LOCKS_MYSQL])
    if isinstance(rows, Exception):
        return []
    pairs = [tuple(row.values()) for row in rows]
    return [(waiting, holding) for waiting, holding in pairs]


def _sentence(waiting: Session) -> str:
    line = " ".join(waiting.statement.split())
    short = line if len(line) <= 50 else f"{line[:47]}..."
    return (
        f"it waits for a lock that another session of its own holds: `{short}` waits for a session that is"
        " idle and has not committed"
    )
