"""Disposable databases: made, filled by scripts, looked for, dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migcheck.dialects.base import ScriptError
from migcheck.dialects.mysql import MYSQL
from migcheck.dialects.mysql.connection import connect, query
from migcheck.dialects.names import new_name
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress
from tests.integration.mysql.conftest import Database, opened


def test_databases_come_and_go(address: ServerAddress) -> None:
    first, second = sorted([new_name("life"), new_name("life")])
    MYSQL.create(address, second)
    MYSQL.create(address, first)
    assert MYSQL.names(address, "life") == [first, second]
    assert MYSQL.names(address, "lif") == []
    for name in (first, second, first):
        MYSQL.drop(address, name)
    assert MYSQL.names(address, "life") == []


@pytest.mark.parametrize("name", ["mysql", "shop", "migcheck", "migcheck_`; DROP DATABASE mysql"])
def test_no_other_database_is_ever_made_or_dropped(address: ServerAddress, name: str) -> None:
    with pytest.raises(DatabaseError, match="not made by migcheck"):
        MYSQL.create(address, name)
    with pytest.raises(DatabaseError, match="not made by migcheck"):
        MYSQL.drop(address, name)


def test_a_copy_is_a_mistake_of_the_caller(address: ServerAddress) -> None:
    with pytest.raises(RuntimeError, match="cannot copy"):
        MYSQL.create(address, new_name("life"), new_name("life"))


def test_a_database_that_is_there_cannot_be_made(database: Database) -> None:
    with pytest.raises(DatabaseError, match=f"cannot create database {database.name}: .*exists"):
        MYSQL.create(database.address, database.name)


def test_an_open_transaction_does_not_hold_up_dropping(address: ServerAddress) -> None:
    with opened(address) as database:
        database.run("CREATE TABLE t (id int)")
        database.session.begin()
        database.query("SELECT * FROM t")
        MYSQL.drop(address, database.name)
        assert MYSQL.names(address, "tests") == []
        with pytest.raises(Exception) as caught:  # noqa: PT011
            database.query("SELECT 1")
        assert MYSQL.is_lost(caught.value)


def test_on_somebodys_server_privileges_go_with_the_database(address: ServerAddress) -> None:
    theirs = replace(address, private=False)
    name = new_name("life")
    with connect(address) as connection:
        query(connection, "CREATE USER holder@localhost")
        try:
            MYSQL.create(theirs, name)
            query(connection, f"CREATE TABLE {name}.t (id int)")
            query(connection, f"CREATE PROCEDURE {name}.p() SELECT 1")
            query(connection, f"GRANT SELECT ON {name}.* TO holder@localhost WITH GRANT OPTION")
            query(connection, f"GRANT INSERT, UPDATE (id) ON {name}.t TO holder@localhost")
            query(connection, f"GRANT EXECUTE ON PROCEDURE {name}.p TO holder@localhost")
            MYSQL.drop(theirs, name)
            assert len(query(connection, "SHOW GRANTS FOR holder@localhost")) == 1
        finally:
            query(connection, "DROP USER holder@localhost")


def test_tables_are_found_by_name(database: Database) -> None:
    database.run("CREATE TABLE alembic_version (id int)", "CREATE TABLE t (id int)")
    assert MYSQL.has_any(database.address, database.name, {"alembic_version", "other"})
    assert not MYSQL.has_any(database.address, database.name, {"other"})


SCRIPT = """
-- a script of mysqldump's sort
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
# and by hand
CREATE TABLE t (id int, note varchar(40) DEFAULT 'a;b -- c'); /* ; */
INSERT INTO t VALUES (1, "it's; \\"fine\\""), (2, 'x''y;');
DELIMITER ;;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN
  SET NEW.id = NEW.id + 1;
END ;;
DELIMITER ;
LOCK TABLES `t` WRITE;
INSERT INTO t VALUES (9, 'last')"""


def test_a_script_is_run_statement_by_statement(database: Database) -> None:
    MYSQL.execute(database.address, database.name, SCRIPT)
    assert database.query("SELECT * FROM t ORDER BY id") == [
        (1, 'it\'s; "fine"'),
        (2, "x'y;"),
        (10, "last"),
    ]


@pytest.mark.parametrize(
    ("script", "line", "words"),
    [
        ("SELECT 1;\n\nSELECT * FROM nope;\n", 3, "nope' doesn't exist"),
        ("SELECT 1;\nCREATE TABLE t (\n  id int,\n  a int WRONG\n);", 5, "error in your SQL syntax"),
        ("DELIMITER $$\nSELECT 1$$\nDELIMITER ;\nSELECT\n;", 4, "error in your SQL syntax"),
    ],
)
def test_a_scripts_error_has_its_line(database: Database, script: str, line: int, words: str) -> None:
    with pytest.raises(ScriptError) as caught:
        MYSQL.execute(database.address, database.name, script)
    assert caught.value.line == line and words in caught.value.message


def test_whereabouts_are_those_of_the_session(database: Database) -> None:
    assert MYSQL.whereabouts(database.query) == (database.name, "")
    assert MYSQL.mark(database.address, database.name, "token") is False
    assert MYSQL.default_schema(database.query) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": "nobody", "password": "wrong"}, "Access denied"),
        ({"host": "/nowhere/mariadb.sock"}, "Can't connect"),
        ({"host": "127.0.0.1", "port": 1}, "Can't connect"),
        ({"parameters": (("ssl_mode", "on"),)}, "ssl_mode"),
        ({"parameters": (("connect_timeout", "soon"),)}, "soon"),
    ],
)
def test_no_connection_is_told_in_the_servers_words(
    address: ServerAddress, change: dict[str, object], words: str
) -> None:
    with pytest.raises(DatabaseError, match=words) as caught:
        connect(replace(address, **change))  # type: ignore[arg-type]
    assert caught.value.hint
