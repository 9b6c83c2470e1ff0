"""What sessions do on a database: who waits for whom when a step hangs."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from migcheck.dialects.postgresql.connection import connect, database_error
from migcheck.model import ServerAddress


@dataclass(frozen=True, slots=True)
class Session:
    """One session (pg_stat_activity).

    `state` is such as `active` or `idle in transaction`, `query` the running or last statement, `wait_event`
    such as `Lock:relation` or None, `blocked_by` the pids that hold what it waits for (pg_blocking_pids; 0
    stands for a prepared transaction), `seconds` how long the state has lasted.
    """

    pid: int
    user: str
    application: str
    state: str
    query: str
    wait_event: str | None
    blocked_by: tuple[int, ...]
    seconds: float


_SESSIONS = """
SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''), coalesce(query, ''),
       wait_event_type || ':' || wait_event, pg_blocking_pids(pid),
       coalesce(extract(epoch FROM clock_timestamp() - state_change), 0)::float8
FROM pg_stat_activity
WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY backend_start, pid
"""


def sessions(address: ServerAddress, database: str) -> tuple[Session, ...]:
    """The client sessions on `database`, oldest first; seen from the maintenance database.

    Other users' queries are empty for a login that may not see them.
    """
    with connect(address) as connection:
        try:
            rows = connection.execute(_SESSIONS, [database]).fetchall()
        except psycopg.Error as error:
            raise database_error("cannot read the server's sessions", error) from error
    return tuple(
        Session(pid, user, application, state, query, wait_event, tuple(blocked_by), seconds)
        for pid, user, application, state, query, wait_event, blocked_by, seconds in rows
    )


def end_sessions(address: ServerAddress, database: str) -> None:
    """End every session on `database` but migcheck's own: with them go the locks they still hold."""
    with connect(address) as connection:
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name <> %s",
                [database, "migcheck"],
            )
        except psycopg.Error as error:
            raise database_error("cannot end sessions", error) from error


def running(address: ServerAddress, database: str) -> str | None:
    """The statement that the server runs on `database`, the one that began last."""
    active = [session for session in sessions(address, database) if session.state == "active"]
    return min(active, key=lambda session: session.seconds).query.strip() if active else None


def stuck(address: ServerAddress, database: str) -> str | None:
    """Why sessions on `database` can never go on: one waits for a lock of another that is idle."""
    found = sessions(address, database)
    by_pid = {session.pid: session for session in found}
    for session in found:
        blockers = [by_pid[pid] for pid in session.blocked_by if pid in by_pid]
        if blockers and all(blocker.state.startswith("idle in transaction") for blocker in blockers):
            waiting, holding = _short(session.query), _short(blockers[0].query)
            return (
                f"it waits for a lock that another session of its own holds: `{waiting}` waits for a"
                f" session that ran `{holding}` and has not committed"
            )
    return None


def _short(query: str) -> str:
    line = " ".join(query.split())
    return line if len(line) <= 50 else f"{line[:47]}..."
