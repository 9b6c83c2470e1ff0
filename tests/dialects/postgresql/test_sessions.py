"""Who waits for whom."""

from __future__ import annotations

import threading
import time

import psycopg

from migcheck.dialects.postgresql import databases
from migcheck.providers import Server


def test_a_lock_wait_shows_both_sides(server: Server, database: str) -> None:
    with (
        databases.connect(server.address, database) as holder,
        databases.connect(server.address, database) as waiter,
    ):
        holder.autocommit = False
        holder.execute("CREATE TABLE t ()")
        holder.commit()
        holder.execute("LOCK TABLE t")
        thread = threading.Thread(target=wait, args=[waiter])
        thread.start()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = {one.pid: one for one in databases.sessions(server.address, database)}
            if found[waiter.info.backend_pid].blocked_by:
                break
        waiting, holding = found[waiter.info.backend_pid], found[holder.info.backend_pid]
        holder.rollback()
        thread.join(10)
    assert waiting.blocked_by == (holding.pid,)
    assert waiting.wait_event == "Lock:relation"
    assert waiting.query == "ALTER TABLE t ADD i int"
    assert waiting.state == "active"
    assert holding.state == "idle in transaction"
    assert holding.blocked_by == ()
    assert holding.application == "migcheck"
    assert list(found) == [holding.pid, waiting.pid]  # oldest first


def wait(connection: psycopg.Connection) -> None:
    connection.execute("ALTER TABLE t ADD i int")


def test_nobody_there(server: Server, database: str) -> None:
    assert databases.sessions(server.address, database) == ()
