"""Down-and-up sequences that are honest: no semantic difference is left."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from migcheck.dialects.names import new_name
from migcheck.dialects.sqlite import SQLITE
from migcheck.providers import Server
from tests.integration.sqlite.changes import SHOP
from tests.integration.sqlite.database import Database, told
from tests.integration.sqlite.honest import DEPENDENT, HONEST, PLAIN

NEW = {"last column": (3, 35, 0), "generated column": (3, 35, 0), "strict and without rowid": (3, 37, 0)}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_sequence_leaves_nothing(database: Callable[..., Database], name: str) -> None:
    if sqlite3.sqlite_version_info < NEW.get(name, (0,)):
        pytest.skip("needs a newer SQLite")
    setup, up, down = HONEST[name]
    one = database(setup)
    before = one.snapshot()
    one.run(up)
    after = one.snapshot()
    assert before != after, "the upgrade did nothing"
    one.run(down)
    reverted = one.snapshot()
    assert told(one.compared(before, reverted)) == []
    assert one.snapshot() == reverted, "settling changed the database"
    one.run(up)
    assert told(one.compared(after, one.snapshot())) == []


def test_there_are_enough() -> None:
    assert len(HONEST) >= 25


@pytest.mark.parametrize(
    "setup", ["", SHOP, PLAIN + DEPENDENT + "PRAGMA user_version = 3; PRAGMA journal_mode = WAL"]
)
def test_a_clone_is_as_its_source(
    sqlite_server: Server, database: Callable[..., Database], setup: str
) -> None:
    one = database(setup)
    copy = Database(one.address, new_name(sqlite_server.run))
    SQLITE.create(one.address, copy.name, one.name)
    try:
        assert copy.snapshot() == one.snapshot()
        assert copy.told("CREATE TABLE fresh (a)") == ["added table fresh"]
        assert not SQLITE.has_any(one.address, one.name, ["fresh"])
    finally:
        SQLITE.drop(one.address, copy.name)


def test_the_same_snapshot_as_long_as_nothing_changes(database: Callable[..., Database]) -> None:
    one = database(SHOP)
    with SQLITE.observer(one.address, one.name, frozenset()) as observer:
        first = observer.snapshot()
        one.run("INSERT INTO users (email) VALUES ('a@b')")
        assert observer.snapshot() is first
        assert one.compared(first, first) == ()
        one.run("CREATE TABLE x (a)")
        assert observer.snapshot() != first


def test_what_is_in_no_snapshot(database: Callable[..., Database]) -> None:
    """Version tables with all that is theirs, SQLite's own tables, shadow tables, automatic indexes."""
    one = database(
        "CREATE TABLE Alembic_Version (a TEXT PRIMARY KEY); CREATE INDEX ix ON alembic_version (a);"
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE);"
        "INSERT INTO t (a) VALUES (1); ANALYZE;"
        "CREATE VIRTUAL TABLE f USING fts5(a); CREATE VIRTUAL TABLE g USING fts4(a);"
        "CREATE VIRTUAL TABLE r USING rtree(id, a, b)"
    )
    assert sorted(f"{key.kind} {key.name}" for key in one.snapshot() if "." not in key.name) == [
        "database current",
        "table t",
        "virtual table f",
        "virtual table g",
        "virtual table r",
    ]


def test_names_with_dots_are_kept_apart(database: Callable[..., Database]) -> None:
    one = database('CREATE TABLE a ("b.c" TEXT); CREATE TABLE "a.b" (c INTEGER)')
    assert sorted(key.name for key in one.snapshot() if key.kind == "column") == ["a.b.c", "a.b.c (2)"]


def test_a_look_does_not_stand_in_the_way(database: Callable[..., Database]) -> None:
    """An open connection would keep others from leaving WAL mode, a lock from writing."""
    one = database("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
    with SQLITE.observer(one.address, one.name, frozenset()) as observer:
        assert observer.snapshot()
        one.run("PRAGMA journal_mode = DELETE; VACUUM; BEGIN EXCLUSIVE; DROP TABLE t; COMMIT")
        assert "delete" in "".join(observer.snapshot().objects.values())
