"""The migration's own session between two steps: ending its transaction, seeing what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from alembic.runtime.migration import MigrationContext

from migcheck.model import Leak

# pg_settings knows no role and no session authorization, hence the functions; transaction_* are settings of
# one transaction, whatever it says of their source.
_STATE = """
SELECT 'setting', name, setting FROM pg_catalog.pg_settings
 WHERE source = 'session' AND left(name, 12) <> 'transaction_'
UNION ALL SELECT 'role', 'current_user', current_user::text
UNION ALL SELECT 'role', 'session_user', session_user::text
UNION ALL SELECT 'temporary table', relname::text, 'exists' FROM pg_catalog.pg_class
 WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p', 'v', 'S')
UNION ALL SELECT 'prepared statement', name, 'exists' FROM pg_catalog.pg_prepared_statements WHERE from_sql
UNION ALL SELECT 'cursor', name, 'exists' FROM pg_catalog.pg_cursors WHERE is_holdable
UNION ALL SELECT 'channel', name, 'listened to' FROM pg_catalog.pg_listening_channels() AS name
UNION ALL SELECT 'advisory lock', classid::text || ':' || objid::text || ':' || objsubid::text, mode
  FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
"""

# Statements after which a session is as before. (ALTER TABLE ... SET has nothing to do with SET.)
_HARMLESS = re.compile(
    r"\s*(ALTER|COMMENT|DELETE|DROP|GRANT|INSERT|REVOKE|UPDATE"
    r"|CREATE (UNIQUE )?INDEX|CREATE (SCHEMA|SEQUENCE|TABLE|TYPE))\b[^;]*;?\s*\Z",
    re.IGNORECASE,
)

State = dict[tuple[str, str], str]


def driver_connection(context: MigrationContext) -> Any:
    """The DBAPI connection under Alembic's, or None when the migration closed it."""
    connection: Any = context.connection
    if connection is None or connection.closed or connection.invalidated:
        return None
    return connection.connection


def commit(context: MigrationContext) -> None:
    """End a step as the end of a deploy does: what it did is there for others to see, and Alembic keeps
    no memory of it.

    Goes round SQLAlchemy, whose own idea of the transaction (env.py may have begun one itself, and
    expects to end it) must stay as it is.
    """
    connection = driver_connection(context)
    if connection is not None:
        connection.commit()
    # SQLAlchemy's enum types note here that they were created, and would not be created again.
    context.impl.memo.clear()


def begin_steps(context: MigrationContext) -> None:
    """Commit what came before the first step: the version table, which another context may wait for.

    What env.py has SET LOCAL is for the whole of its transaction, hence for all steps; it would end
    with this commit, so it is set again for the session.
    """
    before = _read(context) or {}
    commit(context)
    after = _read(context) or {}
    lost = {key: value for key, value in before.items() if after.get(key) != value}
    if not lost:
        return
    cursor = driver_connection(context).cursor()
    for (what, name), value in lost.items():
        setting = name if what == "setting" else "role" if name == "current_user" else None
        if setting is not None:
            quoted = value.replace("'", "''")
            cursor.execute(f"SELECT pg_catalog.set_config('{setting}', '{quoted}', false)")
            cursor.fetchall()
    cursor.close()
    commit(context)


def end_steps(context: MigrationContext) -> None:
    """End the transaction that SQLAlchemy began by itself, so that env.py can go on as after a real run."""
    connection = context.connection
    if connection is None or connection.closed or context._in_external_transaction:
        return
    transaction = connection.get_transaction()
    if transaction is not None and transaction.is_active:
        transaction.commit()


def may_leave_state(statements: Iterable[str]) -> bool:
    """Whether statements of these texts could leave something behind in their session.

    Asking the session costs as much as a small step; most steps are of plain DDL only.
    """
    return not all(map(_HARMLESS.match, statements))


def state(context: MigrationContext) -> State | None:
    """Everything of the session that outlives a transaction; None when the session is gone."""
    found = _read(context)
    if found is not None:
        driver_connection(context).commit()
    return found


def _read(context: MigrationContext) -> State | None:
    connection = driver_connection(context)
    if connection is None:
        return None
    cursor = connection.cursor()
    try:
        cursor.execute(_STATE)
        rows = cursor.fetchall()
    finally:
        cursor.close()
    return {(what, name): detail for what, name, detail in rows}


def leaks(before: State, after: State | None) -> tuple[Leak, ...]:
    """What the session has now and had not before (or has otherwise), sorted."""
    if after is None:
        return ()
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old != new:
            detail = (
                f"was {old or 'not set'}, is {new or 'not set'}"
                if key[0] in ("setting", "role")
                else (new or "released")
            )
            found.append(Leak(key[0], key[1], detail))
    return tuple(found)
