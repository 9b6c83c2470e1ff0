"""The migration's own session between two steps: ending its transaction, seeing what it leaves behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from alembic.runtime.migration import MigrationContext

from migcheck.dialects.base import Dialect, Query, State
from migcheck.model import Leak


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


def begin_steps(dialect: Dialect, context: MigrationContext) -> None:
    """Commit what came before the first step: the version table, which another context may wait for.

    What env.py has set for the whole of its transaction (SET LOCAL), hence for all steps, would end with this
    commit, so it is set again for the session.
    """
    before = _read(dialect, context) or {}
    commit(context)
    after = _read(dialect, context) or {}
    lost = {key: value for key, value in before.items() if after.get(key) != value}
    for query in dialect.restoring(lost):
        _rows(driver_connection(context), query)
    if lost:
        commit(context)


def query(context: MigrationContext) -> Query | None:
    """Runs queries on the migration's own connection, within its transaction; None when that is closed."""
    connection = driver_connection(context)
    return None if connection is None else lambda sql: _rows(connection, sql)


def execute(context: MigrationContext, statement: str) -> None:
    """Run a statement on the migration's own connection, within its transaction."""
    cursor = driver_connection(context).cursor()
    try:
        cursor.execute(statement)
    finally:
        cursor.close()


def begin(context: MigrationContext) -> None:
    """Begin a transaction as Alembic does for a step: SQLAlchemy 1.4 commits each statement without one."""
    connection = context.connection
    if connection is not None and connection.get_transaction() is None:
        connection.begin()


def roll_back(context: MigrationContext) -> None:
    """Take back all that was done since the last `commit`, also in SQLAlchemy's and Alembic's eyes."""
    connection = driver_connection(context)
    if connection is not None:
        connection.rollback()
        transaction = context.connection.get_transaction() if context.connection is not None else None
        if transaction is not None and not context._in_external_transaction:
            transaction.rollback()
    context.impl.memo.clear()


def end_steps(context: MigrationContext) -> None:
    """End the transaction that SQLAlchemy began by itself, so that env.py can go on as after a real run."""
    connection = context.connection
    if connection is None or connection.closed or context._in_external_transaction:
        return
    transaction = connection.get_transaction()
    if transaction is not None and transaction.is_active:
        transaction.commit()


def may_leave_state(dialect: Dialect, statements: Iterable[str]) -> bool:
    """Whether statements of these texts could leave something behind in their session.

    Asking the session costs as much as a small step; most steps are of plain DDL only.
    """
    return not all(map(dialect.harmless, statements))


def state(dialect: Dialect, context: MigrationContext, statements: Collection[str] = ()) -> State | None:
    """Everything of the session that outlives a transaction; None when the session is gone.

    `statements` are those that were run in it since it was asked last.
    """
    found = _read(dialect, context, statements)
    if found is not None:
        driver_connection(context).commit()
    return found


def _read(dialect: Dialect, context: MigrationContext, statements: Collection[str] = ()) -> State | None:
    connection = driver_connection(context)
    if connection is None:
        return None
    return dialect.session_state(lambda query: _rows(connection, query), statements)


def _rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    try:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()


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
