"""What a snapshot sees where catalogs speak in riddles: privileges, extensions, ownership, settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.observer import Observer
from migcheck.dialects.postgresql.reader import read
from migcheck.errors import DatabaseError
from migcheck.model import ObjectKey, ServerAddress, Snapshot
from migcheck.providers import Server


@pytest.fixture
def connection(each_server: Server) -> Iterator[psycopg.Connection[Any]]:
    """A fresh database with a few objects."""
    name = databases.new_name(each_server.run)
    databases.create(each_server.address, name)
    with databases.connect(each_server.address, name) as opened:
        opened.execute(
            "CREATE TABLE parent (id integer PRIMARY KEY, a integer, b integer);"
            "CREATE TABLE child (id serial, parent integer REFERENCES parent);"
            "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
        )
        yield opened
    databases.drop(each_server.address, name)


def look(connection: psycopg.Connection[Any]) -> Snapshot:
    """A full snapshot over the connection of the test, which keeps its own settings."""
    snapshot = read(connection)
    connection.execute("RESET ALL")
    return snapshot


def changed(before: Snapshot, after: Snapshot) -> set[ObjectKey]:
    """The objects that the two snapshots do not have in common."""
    keys = {*before, *after}
    return {key for key in keys if before.objects.get(key) != after.objects.get(key)}


def attributes(snapshot: Snapshot, kind: str, name: str) -> dict[str, Any]:
    """The attributes of one object."""
    value: dict[str, Any] = json.loads(snapshot.objects[ObjectKey(kind, name)])
    return value


def test_grant_and_revoke_leave_no_trace(connection: psycopg.Connection[Any]) -> None:
    before = look(connection)
    connection.execute("GRANT SELECT ON parent TO PUBLIC")
    assert changed(before, look(connection)) == {ObjectKey("table", "public.parent")}
    connection.execute("REVOKE SELECT ON parent FROM PUBLIC")
    assert look(connection) == before


@pytest.mark.parametrize(
    ("statement", "back", "kind", "name"),
    [
        (
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO PUBLIC",
            "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) FROM PUBLIC",
            "function",
            "pg_ls_dir(text)",
        ),
        (
            "REVOKE EXECUTE ON FUNCTION pg_catalog.plpgsql_validator(oid) FROM PUBLIC",
            "GRANT EXECUTE ON FUNCTION pg_catalog.plpgsql_validator(oid) TO PUBLIC",
            "function",
            "plpgsql_validator(oid)",
        ),
    ],
    ids=["of the system", "of an extension"],
)
def test_privileges_on_what_is_left_out_count(
    connection: psycopg.Connection[Any], statement: str, back: str, kind: str, name: str
) -> None:
    before = look(connection)
    connection.execute(statement)  # type: ignore[arg-type]
    assert changed(before, look(connection)) == {ObjectKey(kind, name)}
    connection.execute(back)  # type: ignore[arg-type]
    assert look(connection) == before


@pytest.mark.parametrize(
    ("statement", "kind", "name"),
    [
        ("ALTER SEQUENCE child_id_seq OWNED BY NONE", "sequence", "public.child_id_seq"),
        ("ALTER SEQUENCE child_id_seq OWNED BY child.parent", "sequence", "public.child_id_seq"),
        ("ALTER FUNCTION f() DEPENDS ON EXTENSION plpgsql", "extension", "plpgsql"),
        ("ALTER TABLE parent DISABLE TRIGGER ALL", "constraint", "public.child.child_parent_fkey"),
        ("ALTER TABLE child DISABLE TRIGGER ALL", "constraint", "public.child.child_parent_fkey"),
        ("CLUSTER parent USING parent_pkey", "index", "public.parent_pkey"),
        ("SELECT lo_create(0)", "large objects", ""),
    ],
)
def test_what_only_dependencies_and_flags_tell(
    connection: psycopg.Connection[Any], statement: str, kind: str, name: str
) -> None:
    before = look(connection)
    connection.execute(statement)  # type: ignore[arg-type]
    assert changed(before, look(connection)) == {ObjectKey(kind, name)}


def test_a_member_of_an_extension_is_told_by_the_extension(connection: psycopg.Connection[Any]) -> None:
    before = look(connection)
    connection.execute("ALTER EXTENSION plpgsql ADD FUNCTION f()")
    assert changed(before, look(connection)) == {
        ObjectKey("extension", "plpgsql"),
        ObjectKey("function", "public.f()"),
    }


def test_order_that_means_nothing_makes_no_difference(connection: psycopg.Connection[Any]) -> None:
    connection.execute("ALTER TABLE parent SET (fillfactor = 70, autovacuum_enabled = off)")
    before = look(connection)
    connection.execute("ALTER TABLE parent RESET (fillfactor); ALTER TABLE parent SET (fillfactor = 70)")
    assert look(connection) == before


def test_a_dropped_and_readded_column_moves_only_in_the_order(connection: psycopg.Connection[Any]) -> None:
    before = look(connection)
    connection.execute("ALTER TABLE parent DROP COLUMN a; ALTER TABLE parent ADD COLUMN a integer")
    after = look(connection)
    assert changed(before, after) == {ObjectKey("table", "public.parent")}
    assert attributes(before, "table", "public.parent")["column_order"] == ["id", "a", "b"]
    assert attributes(after, "table", "public.parent")["column_order"] == ["id", "b", "a"]


def test_settings_are_seen_but_not_obeyed(connection: psycopg.Connection[Any], each_server: Server) -> None:
    name = connection.info.dbname
    connection.execute("ALTER TABLE parent ADD COLUMN at timestamptz DEFAULT '2024-02-01 00:00+00'")
    with Observer(each_server.address, name) as observer:
        before = observer.snapshot()
    for setting, value in {
        "DateStyle": "German",
        "TimeZone": "Asia/Tokyo",
        "search_path": "public",
        "quote_all_identifiers": "on",
        "default_transaction_read_only": "on",
        "migcheck.marker": "ours",
    }.items():
        connection.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")  # type: ignore[arg-type]
    with Observer(each_server.address, name) as observer:
        after = observer.snapshot()
    assert changed(before, after) == {
        ObjectKey("setting", f"database {setting}")
        for setting in ("DateStyle", "TimeZone", "search_path", "quote_all_identifiers")
    } | {ObjectKey("setting", "database default_transaction_read_only")}


def test_roles_and_memberships(connection: psycopg.Connection[Any]) -> None:
    before = look(connection)
    connection.execute(
        "CREATE ROLE reader_group; CREATE ROLE reader_one LOGIN PASSWORD 'a' IN ROLE reader_group"
    )
    try:
        after = look(connection)
        assert changed(before, after) == {ObjectKey("role", "reader_group"), ObjectKey("role", "reader_one")}
        assert attributes(after, "role", "reader_one")["member_of"][0].startswith("reader_group")
        # The same password again has another salt.
        connection.execute("ALTER ROLE reader_one PASSWORD 'a'")
        assert look(connection) == after
    finally:
        connection.execute("DROP ROLE reader_one, reader_group")


def test_an_ordinary_role_can_observe(connection: psycopg.Connection[Any], each_server: Server) -> None:
    connection.execute("CREATE ROLE reader_plain LOGIN PASSWORD 'secret'")
    address: ServerAddress = replace(each_server.address, user="reader_plain", password="secret")
    try:
        whole = look(connection)
        with Observer(address, connection.info.dbname, paranoid=True) as observer:
            seen = observer.snapshot()
            assert {key for key in changed(whole, seen) if key.kind != "role"} == set()
            connection.execute("ALTER TABLE parent ADD COLUMN c integer")
            assert ObjectKey("column", "public.parent.c") in observer.snapshot()
    finally:
        connection.execute("DROP ROLE reader_plain")


def test_names_with_dots_in_them_are_kept_apart(
    connection: psycopg.Connection[Any], each_server: Server
) -> None:
    connection.execute(
        'CREATE SCHEMA "a.b"; CREATE SCHEMA a; CREATE TABLE "a.b".c (); CREATE TABLE a."b.c" (x int)'
    )
    with Observer(each_server.address, connection.info.dbname) as observer:
        before = observer.snapshot()
        assert {ObjectKey("table", "a.b.c"), ObjectKey("table", "a.b.c (2)")} <= set(before)
        connection.execute('DROP TABLE "a.b".c')
        assert ObjectKey("table", "a.b.c (2)") not in observer.snapshot()


def test_a_missing_database_is_an_error_of_ours(each_server: Server) -> None:

    with (
        pytest.raises(DatabaseError, match="migcheck_nowhere"),
        Observer(each_server.address, "migcheck_nowhere"),
    ):
        pass
