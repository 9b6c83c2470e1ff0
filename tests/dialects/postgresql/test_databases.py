"""Disposable databases, on the oldest and the newest server at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress
from migcheck.providers import Server


@pytest.fixture(params=["server", "local_server"])
def address(request: pytest.FixtureRequest) -> ServerAddress:
    """The address of PostgreSQL 18, then of 15."""
    running: Server = request.getfixturevalue(request.param)
    return running.address


@pytest.fixture
def make(address: ServerAddress) -> Iterator[Callable[..., str]]:
    """Makes databases that are dropped again."""
    run = databases.new_run()

    def create(template: str | None = None) -> str:
        name = databases.new_name(run)
        databases.create(address, name, template)
        return name

    yield create
    for name in databases.names(address, run):
        databases.drop(address, name)
    assert databases.names(address, run) == []


def query(address: ServerAddress, database: str | None, text: str, *values: object) -> list[tuple[Any, ...]]:
    with databases.connect(address, database) as connection:
        cursor = connection.execute(text, values or None)
        return cursor.fetchall() if cursor.description else []


def exists(address: ServerAddress, name: str) -> bool:
    return bool(query(address, None, "SELECT 1 FROM pg_database WHERE datname = %s", name))


def test_names_are_identifiers_and_never_the_same() -> None:
    names = {databases.new_name("r1") for _ in range(1000)}
    assert len(names) == 1000
    assert all(name.isidentifier() and len(name) < 63 and name.startswith("migcheck_r1_") for name in names)
    with pytest.raises(ValueError, match="run id"):
        databases.new_name('x"; DROP DATABASE postgres; --')


@pytest.mark.parametrize(
    "name",
    ["postgres", "template1", "app", "Migcheck_x", "migcheck_", "migcheck", 'migcheck_x"y', "x_migcheck_"],
)
def test_only_databases_with_the_prefix_are_touched(server: Server, name: str) -> None:
    for refused in (
        lambda: databases.drop(server.address, name),
        lambda: databases.create(server.address, name),
        lambda: databases.create(server.address, name, "template0"),
        lambda: databases.mark(server.address, name, "t"),
    ):
        with pytest.raises(DatabaseError, match="was not made by migcheck"):
            refused()


def test_somebody_elses_database_is_not_dropped(server: Server) -> None:
    query(server.address, None, 'CREATE DATABASE "app"')
    try:
        with pytest.raises(DatabaseError):
            databases.drop(server.address, "app")
        assert exists(server.address, "app")
    finally:
        query(server.address, None, 'DROP DATABASE "app"')


def test_connections_commit_by_themselves_and_say_whose_they_are(address: ServerAddress) -> None:
    with databases.connect(address) as connection:
        assert connection.autocommit
        assert connection.execute("SHOW application_name").fetchone() == ("migcheck",)
        assert connection.info.dbname == "postgres"


def test_what_the_user_set_for_other_servers_does_not_reach_a_private_one(
    address: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    monkeypatch.setenv("PGSSLMODE", "require")
    assert query(address, None, "SHOW search_path") == [('"$user", public',)]


def test_create_and_drop(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    assert exists(address, name)
    assert query(address, name, "SELECT current_database()") == [(name,)]
    databases.drop(address, name)
    assert not exists(address, name)
    databases.drop(address, name)  # twice is no error


def test_a_taken_name_is_an_error_with_the_servers_words(
    address: ServerAddress, make: Callable[..., str]
) -> None:
    name = make()
    with pytest.raises(DatabaseError, match=f'database "{name}" already exists'):
        databases.create(address, name)


def test_names_of_a_run(address: ServerAddress) -> None:
    mine, other = databases.new_run(), databases.new_run()
    made = sorted(databases.new_name(mine) for _ in range(3))
    foreign = databases.new_name(other)
    try:
        for name in (*made, foreign):
            databases.create(address, name)
        assert databases.names(address, mine) == made
        assert databases.names(address, other) == [foreign]
    finally:
        for name in (*made, foreign):
            databases.drop(address, name)


def test_a_clone_has_schema_and_rows(address: ServerAddress, make: Callable[..., str]) -> None:
    source = make()
    query(address, source, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS i; CREATE INDEX ON t (i)")
    clone = make(source)
    assert query(address, clone, "SELECT count(*), sum(i) FROM t") == [(1000, 500500)]
    query(address, clone, "DROP TABLE t")
    assert query(address, source, "SELECT count(*) FROM t") == [(1000,)]


def test_sessions_on_the_template_are_ended(address: ServerAddress, make: Callable[..., str]) -> None:
    source = make()
    with databases.connect(address, source) as idle, databases.connect(address, source) as busy:
        busy.autocommit = False
        busy.execute("CREATE TABLE unfinished ()")
        clone = make(source)
        for connection in (idle, busy):
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
    assert query(address, clone, "SELECT to_regclass('unfinished') IS NULL") == [(True,)]


STATE = """
SELECT pg_get_userbyid(datdba), datconnlimit, datacl::text, shobj_description(d.oid, 'pg_database'),
       pg_encoding_to_char(encoding), datcollate, datctype,
       (SELECT array_agg((CASE setrole WHEN 0 THEN '' ELSE pg_get_userbyid(setrole) END, setconfig)::text
                         ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid)
FROM pg_database d WHERE datname = %s
"""


def test_a_clone_keeps_what_the_server_forgets(address: ServerAddress, make: Callable[..., str]) -> None:
    source = make()
    roles = {"cloned owner", "cloned_reader", "cloned_granter"}
    query(
        address,
        None,
        f"""CREATE ROLE "cloned owner"; CREATE ROLE cloned_reader; CREATE ROLE cloned_granter;
        ALTER DATABASE {source} OWNER TO "cloned owner";
        ALTER DATABASE {source} CONNECTION LIMIT 7;
        COMMENT ON DATABASE {source} IS 'what''s in it: 100% \\ "all"';
        REVOKE ALL ON DATABASE {source} FROM PUBLIC;
        GRANT CONNECT ON DATABASE {source} TO cloned_reader;
        GRANT CONNECT, CREATE ON DATABASE {source} TO cloned_granter WITH GRANT OPTION;
        SET ROLE cloned_granter; GRANT CREATE ON DATABASE {source} TO cloned_reader; RESET ROLE;
        ALTER DATABASE {source} SET search_path TO "$user", "a b", 'c"d', public;
        ALTER DATABASE {source} SET statement_timeout TO 5000;
        ALTER DATABASE {source} SET my_app.tenant TO 'it''s = me';
        ALTER DATABASE {source} SET TimeZone TO 'Europe/Paris';
        ALTER ROLE cloned_reader IN DATABASE {source} SET search_path TO '';
        ALTER ROLE cloned_reader IN DATABASE {source} SET work_mem TO '8MB'""",
    )
    try:
        clone = make(source)
        assert query(address, None, STATE, clone) == query(address, None, STATE, source)
        again = make(clone)
        assert query(address, None, STATE, again) == query(address, None, STATE, source)
        for name in (source, clone, again):
            databases.drop(address, name)
    finally:
        databases.drop_roles(address, roles)
    assert not roles & set(databases.roles(address))


def test_privileges_taken_from_everybody_stay_taken(address: ServerAddress, make: Callable[..., str]) -> None:
    source = make()
    query(address, None, f"REVOKE ALL ON DATABASE {source} FROM PUBLIC, postgres")
    assert query(address, None, STATE, make(source)) == query(address, None, STATE, source)


def test_marker(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    ask = "SELECT current_setting('migcheck.marker', true)"
    assert query(address, name, ask) == [(None,)]
    assert databases.mark(address, name, "it's me")
    assert query(address, name, ask) == [("it's me",)]
    assert query(address, make(name), ask) == [(None,)]  # a clone is another database


def test_marker_without_the_right_to_set_it(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    query(address, None, f"CREATE ROLE plain LOGIN; ALTER DATABASE {name} OWNER TO plain")
    try:
        plain = ServerAddress(
            "postgresql", address.host, address.port, "plain", None, address.database, private=False
        )
        assert databases.mark(plain, name, "t") is False
    finally:
        databases.drop(address, name)
        databases.drop_roles(address, ["plain"])


def test_drop_ends_sessions(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    with databases.connect(address, name) as connection:
        databases.drop(address, name)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert not exists(address, name)


def test_drop_with_a_prepared_transaction(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    query(address, name, "BEGIN; CREATE TABLE t (); PREPARE TRANSACTION 'it''s prepared'")
    databases.drop(address, name)
    assert not exists(address, name)


def test_drop_with_a_subscription(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    query(
        address,
        name,
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
    )
    databases.drop(address, name)
    assert not exists(address, name)


def test_drop_of_a_template(address: ServerAddress, make: Callable[..., str]) -> None:
    name = make()
    query(address, None, f"ALTER DATABASE {name} IS_TEMPLATE true")
    databases.drop(address, name)
    assert not exists(address, name)


def test_a_server_that_is_gone(server: Server) -> None:
    nowhere = ServerAddress("postgresql", "/nonexistent", 5432, "postgres", None, "postgres", private=True)
    with pytest.raises(DatabaseError, match="No such file or directory") as caught:
        databases.create(nowhere, databases.new_name("r1"))
    assert caught.value.hint
