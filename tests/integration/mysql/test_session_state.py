"""What a migration leaves in its session."""

from __future__ import annotations

import pytest

from migcheck.dialects.mysql import MYSQL
from tests.integration.mysql.conftest import Database


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("SET foreign_key_checks = 0", ("setting", "foreign_key_checks")),
        ("SET unique_checks = 0", ("setting", "unique_checks")),
        ("SET SESSION sql_mode = 'ANSI_QUOTES'", ("setting", "sql_mode")),
        ("SET time_zone = '+03:00'", ("setting", "time_zone")),
        ("SET autocommit = 0", ("setting", "autocommit")),
        ("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", ("setting", "tx_isolation")),
        ("SET NAMES latin1", ("setting", "character_set_client")),
        ("SET lock_wait_timeout = 5", ("setting", "lock_wait_timeout")),
        ("USE mysql", ("database", "current")),
    ],
)
def test_what_a_statement_leaves_is_seen(database: Database, statement: str, key: tuple[str, str]) -> None:
    before = MYSQL.session_state(database.query)
    assert not MYSQL.harmless(statement)
    database.query(statement)
    after = MYSQL.session_state(database.query)
    assert after.get(key) != before.get(key)
    assert all(isinstance(text, str) for (what, name), value in after.items() for text in (what, name, value))


def test_a_role_is_seen(database: Database) -> None:
    database.query("CREATE ROLE session_role")
    try:
        before = MYSQL.session_state(database.query)
        database.query("SET ROLE session_role")
        after = MYSQL.session_state(database.query)
    finally:
        database.query("DROP ROLE session_role")
    assert (before["role", "current_role"], after["role", "current_role"]) == ("NONE", "session_role")


def test_temporary_tables_and_locks_that_statements_name_are_seen(database: Database) -> None:
    ran = [
        "CREATE TEMPORARY TABLE `odd name` AS SELECT 1",
        f"create temporary table if not exists {database.name}.scratch (id int)",
        "CREATE TEMPORARY TABLE dropped (id int)",
        "DROP TEMPORARY TABLE dropped",
        "SELECT GET_LOCK('it''s mine', 0)",
        "SELECT GET_LOCK('released', 0)",
        "SELECT RELEASE_LOCK('released')",
    ]
    before = MYSQL.session_state(database.query)
    for statement in ran:
        database.query(statement)
    after = MYSQL.session_state(database.query, ran)
    assert {key: value for key, value in after.items() if key not in before} == {
        ("temporary table", "odd name"): "exists",
        ("temporary table", "scratch"): "exists",
        ("advisory lock", "it's mine"): "held",
    }


def test_plain_statements_leave_nothing(database: Database) -> None:
    before = MYSQL.session_state(database.query)
    for statement in (
        "CREATE TABLE t (id int)",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE UNIQUE INDEX ix ON t (id)",
        "ALTER TABLE t ADD COLUMN a int",
        "INSERT INTO t VALUES (1, 2)",
        "RENAME TABLE t TO u",
        "DROP TABLE u",
    ):
        assert MYSQL.harmless(statement)
        database.query(statement)
    assert MYSQL.session_state(database.query) == before


@pytest.mark.parametrize(
    "statement",
    ["CREATE TEMPORARY TABLE t (id int)", "SELECT GET_LOCK('a', 1)", "LOCK TABLES t READ", "SET @a = 1",
     "UPDATE t SET a = 1; SET sql_mode = ''", "CALL p()"],
)  # fmt: skip
def test_these_are_not_taken_for_harmless(statement: str) -> None:
    assert not MYSQL.harmless(statement)


def test_nothing_needs_to_be_set_again() -> None:
    assert list(MYSQL.restoring({("setting", "sql_mode"): "ANSI_QUOTES"})) == []


def test_another_driver_sees_the_same(database: Database) -> None:
    mysqlclient = pytest.importorskip("MySQLdb")
    address = database.address
    theirs = mysqlclient.connect(
        unix_socket=address.host,
        user=address.user,
        passwd=address.password or "",
        db=database.name,
        charset="utf8mb4",
        autocommit=True,
    )

    def query(statement: str) -> list[tuple[object, ...]]:
        with theirs.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    try:
        assert MYSQL.whereabouts(query) == (database.name, "")
        assert MYSQL.session_state(query) == MYSQL.session_state(database.query)
    finally:
        theirs.close()
