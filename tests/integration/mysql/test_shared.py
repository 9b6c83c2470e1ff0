"""Users, roles and other databases, which outlive a migration's database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from migcheck.dialects.mysql import MYSQL
from migcheck.dialects.mysql.connection import connect, query
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress
from tests.integration.mysql.conftest import opened

AT_FIRST = (
    "CREATE ROLE app_role",
    "CREATE USER app@localhost IDENTIFIED BY 'secret'",
    "GRANT SELECT ON mysql.help_topic TO app@localhost",
    "GRANT app_role TO app@localhost",
    "CREATE DATABASE reporting CHARACTER SET latin1",
)
AT_LAST = (
    "DROP ROLE IF EXISTS app_role",
    "DROP USER IF EXISTS app@localhost, app@'10.0.0.1'",
    "DROP DATABASE IF EXISTS reporting",
)


@pytest.fixture
def theirs(address: ServerAddress) -> Iterator[ServerAddress]:
    """A server with an account, a role and a database that were there before."""
    with connect(address) as connection:
        for statement in AT_FIRST:
            query(connection, statement)
        try:
            yield address
        finally:
            for statement in AT_LAST:
                query(connection, statement)


CHANGES = (
    ("CREATE USER other@localhost", "CREATE ROLE other_role", "CREATE DATABASE other"),
    ("CREATE USER app@'10.0.0.1'",),
    ("DROP USER app@localhost",),
    ("DROP ROLE app_role",),
    ("ALTER USER app@localhost ACCOUNT LOCK",),
    ("ALTER USER app@localhost REQUIRE SSL WITH MAX_USER_CONNECTIONS 3 PASSWORD EXPIRE",),
    ("ALTER USER app@localhost IDENTIFIED BY 'other'",),
    ("ALTER USER app@localhost IDENTIFIED VIA unix_socket",),
    ("GRANT PROCESS, INSERT ON *.* TO app@localhost WITH GRANT OPTION",),
    ("GRANT ALL ON reporting.* TO app@localhost WITH GRANT OPTION",),
    ("GRANT SELECT (name) ON mysql.help_topic TO app@localhost",),
    ("REVOKE SELECT ON mysql.help_topic FROM app@localhost",),
    ("REVOKE app_role FROM app@localhost", "GRANT SELECT ON reporting.* TO app_role"),
    ("GRANT app_role TO app@localhost WITH ADMIN OPTION",),
    ("SET DEFAULT ROLE app_role FOR app@localhost",),
    ("GRANT SELECT ON mysql.help_topic TO PUBLIC",),
    ("RENAME USER app@localhost TO other@localhost",),
    ("ALTER DATABASE reporting CHARACTER SET utf8mb4",),
    ("DROP DATABASE reporting",),
)


@pytest.mark.parametrize("change", CHANGES, ids=[change[0] for change in CHANGES])
def test_what_a_migration_makes_of_the_server_is_put_back(
    theirs: ServerAddress, change: tuple[str, ...]
) -> None:
    before = MYSQL.shared(theirs)
    with connect(theirs) as connection:
        for statement in change:
            assert MYSQL.server_wide.search(statement) or "DATABASE" in statement or " ON " in statement
            query(connection, statement)
    after = MYSQL.shared(theirs)
    assert after != before
    changed = {name: text for name, text in before.items() if after.get(name) != text}
    MYSQL.reset_shared(theirs, after.keys() - before.keys(), changed)
    assert MYSQL.shared(theirs) == before


def test_the_server_itself_and_our_databases_are_no_part_of_it(address: ServerAddress) -> None:
    with opened(address) as database:
        database.query("CREATE USER app@localhost")
        try:
            before = MYSQL.shared(address)
            database.run(
                "CREATE TABLE t (id int)",
                "GRANT SELECT ON {db}.t TO app@localhost",
                "GRANT SELECT ON {db}.t TO PUBLIC",
            )
            assert MYSQL.shared(address) == before
        finally:
            database.query("DROP USER app@localhost")
    assert not {"mariadb.sys", "mysql", "sys", database.name} & before.keys()


def test_on_somebodys_server_databases_are_theirs(theirs: ServerAddress) -> None:
    somebodys = replace(theirs, private=False)
    assert "reporting" not in MYSQL.shared(somebodys)
    with pytest.raises(DatabaseError, match="none of ours"):
        MYSQL.reset_shared(somebodys, [], {"reporting": json.dumps({"database": ["utf8mb4", "utf8mb4_bin"]})})
    assert "latin1" in MYSQL.shared(theirs)["reporting"]


def test_a_login_that_may_not_read_accounts_knows_none(address: ServerAddress) -> None:
    with connect(address) as connection:
        query(connection, "CREATE USER poor@localhost IDENTIFIED BY 'x'")
        query(connection, "GRANT ALL ON `migcheck\\_%`.* TO poor@localhost")
        try:
            poor = replace(address, user="poor", password="x", private=False)
            assert MYSQL.shared(poor) == {}
            with opened(poor) as database:
                before = database.observer.snapshot()
                after = database.run("CREATE TABLE t (id int)", "CREATE VIEW v AS SELECT 1")
                assert {key.kind for key in after} - {key.kind for key in before} == {
                    "table",
                    "column",
                    "view",
                }
                assert MYSQL.stuck(poor, database.name) is None
                MYSQL.end_sessions(poor, database.name)
        finally:
            query(connection, "DROP USER poor@localhost")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("op.execute('CREATE USER app')", True),
        ("alter user app@localhost account lock", True),
        ("CREATE OR REPLACE ROLE r", True),
        ("SET GLOBAL sql_mode = ''", True),
        ("set @@global.sql_mode = ''", True),
        ("op.execute(CreateSchema('other'))", True),
        ("DROP DATABASE IF EXISTS other", True),
        ("GRANT reader TO app@localhost", True),
        ("GRANT SELECT ON *.* TO app", True),
        ("ALTER DATABASE CHARACTER SET utf8mb4", False),
        ("op.create_table('users', ...)", False),
        ("op.drop_column('t', 'user')", False),
        ("CREATE TABLE databases (id int)", False),
    ],
)
def test_which_revisions_may_change_the_server(text: str, found: bool) -> None:
    assert bool(MYSQL.server_wide.search(text)) is found
