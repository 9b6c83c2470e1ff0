"""What a connection keeps beyond a transaction, and what drivers' errors say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck.dialects.base import Query, State
from migcheck.dialects.sqlite import SQLITE


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    one = sqlite3.connect(tmp_path / "migcheck_r1_a.sqlite")
    one.execute("CREATE TABLE t (a)")
    yield one
    one.close()


def query_on(connection: sqlite3.Connection) -> Query:
    return lambda sql: connection.execute(sql).fetchall()


def changed(connection: sqlite3.Connection, statement: str) -> State:
    query = query_on(connection)
    before = SQLITE.session_state(query)
    connection.execute(statement)
    connection.commit()
    after = SQLITE.session_state(query)
    return {key: value for key, value in after.items() if before.get(key) != value}


LEAKS: dict[str, State] = {
    "PRAGMA foreign_keys = ON": {("setting", "foreign_keys"): "1"},
    "PRAGMA recursive_triggers = ON": {("setting", "recursive_triggers"): "1"},
    "PRAGMA ignore_check_constraints = ON": {("setting", "ignore_check_constraints"): "1"},
    "PRAGMA legacy_alter_table = ON": {("setting", "legacy_alter_table"): "1"},
    "PRAGMA case_sensitive_like = ON": {("setting", "case_sensitive_like"): "1"},
    "PRAGMA writable_schema = ON": {("setting", "writable_schema"): "1"},
    "PRAGMA synchronous = OFF": {("setting", "synchronous"): "0"},
    "PRAGMA locking_mode = EXCLUSIVE": {("setting", "locking_mode"): "exclusive"},
    "ATTACH ':memory:' AS other": {("attached database", "other"): "in memory"},
    "CREATE TEMP TABLE x (a)": {("temporary table", "x"): "exists"},
    "CREATE TABLE temp.x (a)": {("temporary table", "x"): "exists"},
    "CREATE TEMP VIEW v AS SELECT 1": {("temporary view", "v"): "exists"},
    "CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END": {("temporary trigger", "tr"): "exists"},
}


@pytest.mark.parametrize("statement", LEAKS)
def test_what_stays(connection: sqlite3.Connection, statement: str) -> None:
    assert not SQLITE.harmless(statement)
    # A temporary trigger makes SQLite ask more of what is temporary; nothing else comes along.
    assert changed(connection, statement) == LEAKS[statement]


HARMLESS = [
    "CREATE TABLE x (id INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS templates (id INTEGER)",
    "\nCREATE TABLE _alembic_tmp_t (\n\tid INTEGER, \n\tPRIMARY KEY (id)\n)\n\n",
    "INSERT INTO t SELECT 1",
    "DROP TABLE t",
    "ALTER TABLE t RENAME TO u",
    "CREATE UNIQUE INDEX ix ON t (a)",
    "UPDATE t SET a = 1;",
    'PRAGMA main.table_xinfo("t")',
    'PRAGMA main.foreign_key_list("t")',
    'PRAGMA temp.index_list("t")',
    "SELECT sql FROM sqlite_master WHERE name = 't'",
]


@pytest.mark.parametrize("statement", HARMLESS)
def test_what_is_harmless(connection: sqlite3.Connection, statement: str) -> None:
    assert SQLITE.harmless(statement)
    assert changed(connection, statement) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT load_extension('x')",
        "DROP TABLE a; PRAGMA foreign_keys = ON",
        'CREATE TABLE IF NOT EXISTS "temp".x (a)',
        "CREATE TABLE [temp] . x (a)",
        "VACUUM",
        "DETACH other",
    ],
)
def test_what_may_not_be(statement: str) -> None:
    assert not SQLITE.harmless(statement)


def test_settings_are_set_again(connection: sqlite3.Connection) -> None:
    query = query_on(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    wanted = SQLITE.session_state(query)
    connection.execute("PRAGMA foreign_keys = OFF")
    now = SQLITE.session_state(query)
    for statement in SQLITE.restoring({key: wanted[key] for key in wanted if wanted[key] != now[key]}):
        query(statement)
    assert SQLITE.session_state(query) == wanted


def test_whereabouts(connection: sqlite3.Connection, tmp_path: Path) -> None:
    assert SQLITE.whereabouts(query_on(connection)) == ("migcheck_r1_a", "")
    assert SQLITE.default_schema(query_on(connection)) == ""
    assert SQLITE.whereabouts(query_on(sqlite3.connect(":memory:"))) == (":memory:", "")
    other = str((tmp_path / "app.db").resolve())
    assert SQLITE.whereabouts(query_on(sqlite3.connect(other))) == (other, "")


def test_a_full_disk(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert SQLITE.is_disk_full(caught.value)
    assert not SQLITE.is_lost(caught.value)


def test_a_faulty_statement_is_neither(connection: sqlite3.Connection) -> None:
    for statement in ("SELECT", "SELECT * FROM x", "INSERT INTO t VALUES (1, 2)"):
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute(statement)
        assert not SQLITE.is_disk_full(caught.value)
        assert not SQLITE.is_lost(caught.value)


def test_a_file_that_was_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "migcheck_r1_b.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO t VALUES (1)")
    connection.close()
    if hasattr(caught.value, "sqlite_errorname"):  # from Python 3.11 on
        assert SQLITE.is_lost(caught.value)
    assert SQLITE.is_lost(sqlite3.OperationalError("disk I/O error"))
