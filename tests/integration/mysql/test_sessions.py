"""Sessions seen from outside: ended, watched, found to wait for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pymysql
import pytest

from migcheck.dialects.mysql import MYSQL
from migcheck.dialects.mysql.connection import query
from migcheck.model import ServerAddress
from tests.integration.mysql.conftest import Database


@contextmanager
def migration(database: Database) -> Iterator[Any]:
    """A session that migcheck did not open: through the driver, as an application does."""
    address: ServerAddress = database.address
    connection = pymysql.connect(
        unix_socket=address.host,
        user=address.user,
        password=address.password or "",
        database=database.name,
        ssl_disabled=True,
    )
    try:
        yield connection
    finally:
        with suppress(pymysql.Error):
            connection.close()


@contextmanager
def running(connection: Any, statement: str) -> Iterator[threading.Thread]:
    """Runs a statement in a thread; it has to end, well or not, by the end of the block."""

    def run() -> None:
        with suppress(pymysql.Error, AttributeError):
            query(connection, statement)

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(20)
    assert not thread.is_alive()


def until(found: Any) -> Any:
    """What `found()` gives once it gives something; fails after ten seconds."""
    end = time.monotonic() + 10
    while (value := found()) is None:
        assert time.monotonic() < end
        time.sleep(0.15)  # InnoDB shows what it showed less than 0.1 s ago
    return value


def test_sessions_are_ended_but_for_our_own(database: Database) -> None:
    with migration(database) as theirs:
        query(theirs, "SELECT 1")
        MYSQL.end_sessions(database.address, database.name)
        with pytest.raises(pymysql.Error) as caught:
            query(theirs, "SELECT 1")
        assert MYSQL.is_lost(caught.value)
    assert database.query("SELECT 1") == [(1,)]
    database.observer.snapshot()


def test_other_databases_sessions_are_left_alone(database: Database) -> None:
    with migration(database) as theirs:
        query(theirs, "USE mysql")
        MYSQL.end_sessions(database.address, database.name)
        assert query(theirs, "SELECT 1") == [(1,)]


def test_the_running_statement_is_told(database: Database) -> None:
    assert MYSQL.running(database.address, database.name) is None
    with migration(database) as theirs, running(theirs, "SELECT SLEEP(30)"):
        found = until(lambda: MYSQL.running(database.address, database.name))
        assert found == "SELECT SLEEP(30)"
        assert MYSQL.stuck(database.address, database.name) is None
        MYSQL.end_sessions(database.address, database.name)


@pytest.mark.parametrize(
    ("held", "waits"),
    [
        ("SELECT * FROM t", "ALTER TABLE t ADD COLUMN b int"),
        ("INSERT INTO t VALUES (2)", "DROP TABLE t"),
        ("UPDATE t SET id = 5 WHERE id = 1", "DELETE FROM t WHERE id = 1"),
        ("SELECT * FROM t FOR UPDATE", "INSERT INTO t VALUES (1)"),
    ],
)
def test_a_session_that_waits_for_an_idle_one_is_stuck(database: Database, held: str, waits: str) -> None:
    database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    with migration(database) as first, migration(database) as second:
        query(first, held)
        with running(second, waits):
            why = until(lambda: MYSQL.stuck(database.address, database.name))
            assert f"`{waits}` waits for a session that is idle" in why
            assert database.observer.snapshot()  # the observer waits for nobody
            MYSQL.end_sessions(database.address, database.name)


def test_nobody_is_stuck_who_waits_for_one_that_works(database: Database) -> None:
    database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    with migration(database) as first, migration(database) as second:
        query(first, "UPDATE t SET id = 5 WHERE id = 1")
        with running(first, "SELECT SLEEP(30)"), running(second, "ALTER TABLE t ADD COLUMN b int"):
            until(lambda: True if len(_waiting(database)) == 1 else None)
            assert MYSQL.stuck(database.address, database.name) is None
            MYSQL.end_sessions(database.address, database.name)


def _waiting(database: Database) -> list[Any]:
    return [row for row in database.query("SHOW PROCESSLIST") if "metadata lock" in str(row[6])]
