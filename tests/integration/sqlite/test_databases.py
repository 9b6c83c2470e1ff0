"""Making, copying and dropping database files, and running scripts in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from migcheck.dialects.base import ScriptError
from migcheck.dialects.names import new_name
from migcheck.dialects.sqlite import SQLITE, databases
from migcheck.dialects.sqlite.databases import path_of
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress
from migcheck.providers import Server
from tests.integration.sqlite.database import Database


def test_a_database_and_its_files(sqlite_server: Server) -> None:
    address, run = sqlite_server.address, "r0files"
    name = new_name(run)
    SQLITE.create(address, name)
    assert SQLITE.names(address, run) == [name]
    assert SQLITE.names(address, "r1") == []
    assert SQLITE.mark(address, name, "token") is False
    with pytest.raises(DatabaseError, match="File exists"):
        SQLITE.create(address, name)
    connection = sqlite3.connect(path_of(address, name))
    connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    assert len(list(Path(address.host).glob(f"{name}*"))) == 3
    SQLITE.drop(address, name)
    connection.close()
    assert list(Path(address.host).glob(f"{name}*")) == []
    SQLITE.drop(address, name)


@pytest.mark.parametrize("name", ["app", "../app", "migcheck_../x", "", "migcheck_A"])
def test_names_that_are_not_ours(address: ServerAddress, name: str) -> None:
    for action in (SQLITE.create, SQLITE.drop):
        with pytest.raises(DatabaseError, match="refused"):
            action(address, name)


def test_a_database_that_is_not_there(address: ServerAddress) -> None:
    with pytest.raises(DatabaseError, match="unable to open"):
        SQLITE.execute(address, "migcheck_r1_gone", "SELECT 1")
    with (
        pytest.raises(DatabaseError, match="unable to open"),
        SQLITE.observer(address, "migcheck_r1_gone", frozenset()),
    ):
        pass
    with pytest.raises(DatabaseError, match="unable to open"):
        SQLITE.create(address, "migcheck_r1_copy", "migcheck_r1_gone")
    assert SQLITE.names(address, "r1") in ([], ["migcheck_r1_copy"])
    SQLITE.drop(address, "migcheck_r1_copy")


def test_a_copy_of_what_is_committed(database: Callable[..., Database]) -> None:
    one = database("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    writer = sqlite3.connect(path_of(one.address, one.name))
    writer.execute("INSERT INTO t VALUES (2)")
    SQLITE.create(one.address, "migcheck_r1_copy", one.name)
    writer.close()
    with databases.connect(one.address, "migcheck_r1_copy") as copy:
        assert copy.execute("SELECT a FROM t").fetchall() == [(1,)]
    SQLITE.drop(one.address, "migcheck_r1_copy")


def test_a_template_that_stays_locked(
    database: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_PATIENCE", 0.2)
    one = database("CREATE TABLE t (a)")
    writer = sqlite3.connect(path_of(one.address, one.name), isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseError, match="database is locked") as caught:
        SQLITE.create(one.address, "migcheck_r1_copy", one.name)
    assert "transaction open" in (caught.value.hint or "")
    writer.close()
    SQLITE.drop(one.address, "migcheck_r1_copy")


def test_has_any(database: Callable[..., Database]) -> None:
    one = database("CREATE TABLE Alembic_version (a); CREATE VIEW v AS SELECT 1")
    assert SQLITE.has_any(one.address, one.name, ["x", "alembic_version"])
    assert not SQLITE.has_any(one.address, one.name, ["v", "x"])
    assert not SQLITE.has_any(one.address, one.name, [])


def test_a_dump_can_be_run(database: Callable[..., Database]) -> None:
    source = sqlite3.connect(":memory:")
    source.executescript(
        "CREATE TABLE t (a TEXT DEFAULT ';'); INSERT INTO t VALUES ('x; -- y');"
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; INSERT INTO t VALUES (1); END;"
    )
    one = database("PRAGMA foreign_keys = OFF;\n" + "\n".join(source.iterdump()))
    with databases.connect(one.address, one.name) as connection:
        assert connection.execute("SELECT a FROM t").fetchall() == [("x; -- y",)]
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (2,)


AFTER_COMMENTS = """CREATE TABLE t (a);

-- a comment; and more
/* ; */ INSERT INTO x
 VALUES (1);
SELECT 1"""
AFTER_SEMICOLONS = """CREATE TABLE t (a, b);
INSERT INTO t VALUES (1,
'a;b')
;
INSERT INTO t VALUES (1);"""


@pytest.mark.parametrize(
    ("script", "line", "words"),
    [
        ("SELEC 1", 1, "syntax error"),
        (AFTER_COMMENTS, 4, "no such table"),
        (AFTER_SEMICOLONS, 5, "2 columns"),
        ("SELECT 'open", 1, "unrecognized token"),
        (".mode csv\nSELECT 1;", 1, "syntax error"),
    ],
)
def test_a_script_that_fails(database: Callable[..., Database], script: str, line: int, words: str) -> None:
    one = database()
    with pytest.raises(ScriptError, match=words) as caught:
        SQLITE.execute(one.address, one.name, script)
    assert caught.value.line == line


def test_a_failing_script_leaves_no_transaction(database: Callable[..., Database]) -> None:
    one = database("CREATE TABLE t (a)")
    with pytest.raises(ScriptError):
        one.run("BEGIN; INSERT INTO t VALUES (1); INSERT INTO x VALUES (1); COMMIT;")
    one.run("BEGIN EXCLUSIVE; COMMIT")
    with databases.connect(one.address, one.name) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_nothing_belongs_to_a_server(database: Callable[..., Database]) -> None:
    one = database()
    assert SQLITE.shared(one.address) == {}
    assert SQLITE.running(one.address, one.name) is None
    assert SQLITE.stuck(one.address, one.name) is None
    assert not SQLITE.server_wide.search("CREATE ROLE x")
