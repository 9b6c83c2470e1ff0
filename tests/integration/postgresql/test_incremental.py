"""An incremental snapshot equals a full one, whatever happened in between."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.changes import Changes, Ledger
from migcheck.dialects.postgresql.observer import Observer
from migcheck.errors import WalkError
from migcheck.model import ObjectKey
from migcheck.providers import Server
from tests.integration.postgresql.statements import START, histories

Watched = tuple[psycopg.Connection[Any], Observer]


@pytest.fixture(scope="module")
def watched(each_server: Server) -> Iterator[Watched]:
    """A connection, and an observer that compares each of its snapshots with a full one."""
    name = databases.new_name(each_server.run)
    databases.create(each_server.address, name)
    with databases.connect(each_server.address, name) as connection:
        connection.execute("CREATE ROLE role_reader")
        connection.execute("SET lock_timeout = '2s'")
        with Observer(each_server.address, name, paranoid=True) as observer:
            yield connection, observer
    databases.drop(each_server.address, name)
    with databases.connect(each_server.address) as connection:
        connection.execute("DROP ROLE role_reader")


def start_again(connection: psycopg.Connection[Any]) -> None:
    """An empty database but for the first few objects."""
    connection.execute("DISCARD TEMP")
    publications = connection.execute("SELECT quote_ident(pubname) FROM pg_publication").fetchall()
    for (name,) in publications:
        connection.execute(f"DROP PUBLICATION {name}")  # type: ignore[arg-type]
    members = connection.execute(
        "SELECT objid::regclass::text FROM pg_depend WHERE deptype = 'e' AND classid = 'pg_class'::regclass"
    ).fetchall()
    for (name,) in members:
        connection.execute(f"ALTER EXTENSION plpgsql DROP TABLE {name}")  # type: ignore[arg-type]
    schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^s[0-9]'").fetchall()
    for (name,) in schemas:
        connection.execute(f"DROP SCHEMA {name} CASCADE")  # type: ignore[arg-type]
    connection.execute(START)


def run(connection: psycopg.Connection[Any], how: str, batch: list[str]) -> None:
    """The statements; those that fail are left out, in a transaction by a savepoint each."""
    if how == "autocommit":
        for statement in batch:
            _attempt(connection, statement)
        return
    with connection.transaction(force_rollback=how == "rollback"):
        for statement in batch:
            try:
                with connection.transaction():
                    connection.execute(statement)  # type: ignore[arg-type]
            except psycopg.Error:
                continue


def _attempt(connection: psycopg.Connection[Any], statement: str) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.execute(statement)  # type: ignore[arg-type]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories)
def test_incremental_equals_full(watched: Watched, history: list[tuple[str, list[str]]]) -> None:
    connection, observer = watched
    start_again(connection)
    observer.snapshot()
    for how, batch in history:
        run(connection, how, batch)
        # Raises WalkError where the two differ. Now and then a brief look is enough, and must be.
        observer.snapshot(batch)


def test_a_change_that_is_overlooked_ends_the_run(
    each_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = databases.new_name(each_server.run)
    databases.create(each_server.address, name)
    with databases.connect(each_server.address, name) as connection:
        connection.execute(START)
        with Observer(each_server.address, name, paranoid=True) as observer:
            observer.snapshot()
            connection.execute("CREATE TABLE s1.seen (id integer)")
            observer.snapshot()
            monkeypatch.setattr(Ledger, "changes", lambda *_, **__: Changes())
            connection.execute("CREATE TABLE s1.overlooked (id integer)")
            with pytest.raises(WalkError, match="differs from a full one") as raised:
                observer.snapshot()
            assert "s1.overlooked" in str(raised.value.details)
    databases.drop(each_server.address, name)


def test_what_was_in_flight_is_seen_after_its_commit(watched: Watched, each_server: Server) -> None:
    connection, observer = watched
    start_again(connection)
    observer.snapshot()
    with connection.transaction():
        connection.execute("CREATE TABLE s1.early (id integer)")
        with connection.transaction():
            connection.execute("CREATE TABLE s1.inner (id integer)")
        with databases.connect(each_server.address, connection.info.dbname) as other:
            # Later transactions that end first: the mark must not run ahead of the one that is open.
            other.execute("CREATE TABLE s1.late (id integer)")
            seen = observer.snapshot()
            assert ObjectKey("table", "s1.late") in seen
            assert ObjectKey("table", "s1.early") not in seen
    seen = observer.snapshot()
    assert {ObjectKey("table", "s1.early"), ObjectKey("table", "s1.inner")} <= set(seen)


def test_a_view_is_read_again_when_its_tables_change(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    key = ObjectKey("view", "s0.v0")
    before = observer.snapshot().objects[key]
    connection.execute("ALTER TABLE s0.t1 ADD COLUMN c integer")
    assert observer.snapshot().objects[key] != before  # the server lists columns: ... s0.t1 g(x, a, b, c)


def test_nothing_changed_is_the_same_object(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    first = observer.snapshot()
    connection.execute("INSERT INTO s0.t0 (a) VALUES (1)")
    assert observer.snapshot() is first


def test_unchanged_entries_share_their_strings(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    first = observer.snapshot()
    connection.execute("ALTER TABLE s0.t0 ADD COLUMN another integer")
    second = observer.snapshot()
    shared = [key for key in first if second.objects.get(key) is first.objects[key]]
    assert len(shared) >= len(first) - 3


def test_observing_holds_no_lock_and_no_transaction(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    observer.snapshot()
    held = connection.execute(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE a.application_name = 'migcheck' AND a.pid <> pg_backend_pid() AND l.locktype = 'relation'"
    ).fetchone()
    assert held == (0,)
    states = connection.execute(
        "SELECT DISTINCT state FROM pg_stat_activity WHERE application_name = 'migcheck' "
        "AND datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchall()
    assert states == [("idle",)]


def test_version_tables_are_left_out_with_all_that_is_theirs(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    connection.execute("CREATE TABLE s1.alembic_version (version_num varchar(32) PRIMARY KEY)")
    assert any("alembic_version" in key.name for key in observer.snapshot())
    observer.leave_out(frozenset({"s1.alembic_version"}))
    try:
        assert not any("alembic_version" in key.name for key in observer.snapshot())
        connection.execute("ALTER TABLE s1.alembic_version ADD COLUMN note text UNIQUE")
        assert not any("alembic_version" in key.name for key in observer.snapshot())
    finally:
        observer.leave_out(frozenset())


def test_a_database_without_public_is_read(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    connection.execute("COMMENT ON SCHEMA public IS 'ours'")
    assert "ours" in observer.snapshot().objects[ObjectKey("schema", "public")]
    connection.execute("DROP SCHEMA public CASCADE")
    try:
        assert ObjectKey("schema", "public") not in observer.snapshot()
    finally:
        connection.execute("CREATE SCHEMA public")


def test_the_comment_on_the_extension_of_initdb_is_seen(watched: Watched) -> None:
    connection, observer = watched
    start_again(connection)
    connection.execute("COMMENT ON EXTENSION plpgsql IS 'ours'")
    assert "ours" in observer.snapshot().objects[ObjectKey("extension", "plpgsql")]
    connection.execute("COMMENT ON EXTENSION plpgsql IS NULL")
    assert "ours" not in observer.snapshot().objects[ObjectKey("extension", "plpgsql")]
