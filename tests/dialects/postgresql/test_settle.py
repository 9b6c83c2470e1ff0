"""Settling: what it leaves alone, and what it does when the server says no.

(Which differences it settles and which not is shown by the sequences in tests/integration/comparison.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from migcheck.compare import differences
from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.reader import read
from migcheck.dialects.postgresql.settle import settle
from migcheck.errors import DatabaseError
from migcheck.model import Difference, DifferenceClass, DifferenceKind, Snapshot
from migcheck.providers import Server

REMADE = """
ALTER TABLE t DROP CONSTRAINT c;
ALTER TABLE t ADD CONSTRAINT c CHECK (a::numeric > 0::numeric);
"""


@pytest.fixture
def connection(server: Server, database: str) -> Iterator[psycopg.Connection[Any]]:
    with databases.connect(server.address, database) as opened:
        yield opened


@pytest.fixture
def migration(server: Server, database: str) -> Iterator[psycopg.Connection[Any]]:
    with databases.connect(server.address, database) as opened:
        opened.execute("CREATE TABLE t (a integer, b text, CONSTRAINT c CHECK (a > 0))")
        yield opened


Moments = tuple[Snapshot, Snapshot, tuple[Difference, ...]]


@pytest.fixture
def moments(connection: psycopg.Connection[Any], migration: psycopg.Connection[Any]) -> Moments:
    """Two moments between which a check constraint got other words for the same thing."""
    before = read(connection)
    migration.execute(REMADE)
    after = read(connection)
    return before, after, differences(before, after)


def classes(found: tuple[Difference, ...]) -> list[str]:
    return [difference.difference_class.value for difference in found]


def test_equal_meaning_is_cosmetic(connection: psycopg.Connection[Any], moments: Moments) -> None:
    assert classes(moments[2]) == ["semantic"]
    settled = settle(connection, *moments)
    assert classes(settled) == ["cosmetic"]
    assert [(d.name, d.attribute, d.before, d.after) for d in settled] == [
        (d.name, d.attribute, d.before, d.after) for d in moments[2]
    ]


def test_the_rest_is_handed_through_in_its_order(
    connection: psycopg.Connection[Any], moments: Moments
) -> None:
    other = Difference("table", "public.t", DifferenceKind.CHANGED, "owner", "a", "b")
    settled = settle(connection, moments[0], moments[1], (other, *moments[2], other))
    assert classes(settled) == ["semantic", "cosmetic", "semantic"]


def test_nothing_is_sent_without_differences_in_text(server: Server, database: str) -> None:
    connection = databases.connect(server.address, database)
    connection.close()
    found = (
        Difference("table", "public.t", DifferenceKind.REMOVED, before="CREATE TABLE ..."),
        Difference("column", "public.t.a", DifferenceKind.CHANGED, "type", "integer", "bigint"),
        Difference("column", "public.t.a", DifferenceKind.CHANGED, "default", None, "0"),
        Difference(
            "constraint", "public.t.c", DifferenceKind.CHANGED, "text", "x", "y", DifferenceClass.COSMETIC
        ),
    )
    assert settle(connection, Snapshot({}), Snapshot({}), found) == found
    assert settle(connection, Snapshot({}), Snapshot({}), ()) == ()


def test_with_a_lost_connection_nothing_is_said(
    connection: psycopg.Connection[Any], moments: Moments
) -> None:
    connection.close()
    with pytest.raises(DatabaseError, match="the connection is closed"):
        settle(connection, *moments)


def test_a_locked_table_is_not_waited_for(
    connection: psycopg.Connection[Any], migration: psycopg.Connection[Any], moments: Moments
) -> None:
    with migration.transaction():
        migration.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        assert settle(connection, *moments) == moments[2]
    assert classes(settle(connection, *moments)) == ["cosmetic"]


def test_a_table_that_is_gone_leaves_the_difference(
    connection: psycopg.Connection[Any], migration: psycopg.Connection[Any], moments: Moments
) -> None:
    migration.execute("DROP TABLE t")
    assert settle(connection, *moments) == moments[2]
    assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE


def test_one_that_fails_does_not_keep_the_others_from_being_settled(
    connection: psycopg.Connection[Any], migration: psycopg.Connection[Any]
) -> None:
    migration.execute("CREATE FUNCTION f(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'")
    migration.execute("CREATE INDEX ix ON t (a) WHERE f(a)")
    before = read(connection)
    migration.execute("DROP INDEX ix; DROP FUNCTION f(integer); CREATE INDEX ix ON t (a) WHERE a > 0")
    migration.execute(REMADE)
    after = read(connection)
    settled = settle(connection, before, after, differences(before, after))
    assert {d.name: d.difference_class.value for d in settled if d.kind is DifferenceKind.CHANGED} == {
        "public.ix": "semantic",
        "public.t.c": "cosmetic",
    }


def test_the_database_and_the_session_are_left_as_they_were(
    connection: psycopg.Connection[Any], migration: psycopg.Connection[Any], moments: Moments
) -> None:
    migration.execute(
        """
        CREATE TABLE log (id serial, tag text);
        CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO public.log (tag) VALUES (tg_tag); END $$;
        CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION note();
        """
    )
    connection.execute(
        "SET search_path = public; SET lock_timeout = '7s'; SET session_replication_role = origin"
    )
    before = read(migration)
    settings = connection.execute("SELECT name, setting FROM pg_settings ORDER BY name").fetchall()
    assert classes(settle(connection, *moments)) == ["cosmetic"]
    assert read(migration) == before
    assert connection.execute("SELECT name, setting FROM pg_settings ORDER BY name").fetchall() == settings
    assert migration.execute("SELECT count(*) FROM public.log").fetchone() == (0,)
    # A sequence does not roll back: the event trigger never fired.
    assert migration.execute("SELECT is_called FROM public.log_id_seq").fetchone() == (False,)
    assert migration.execute("SELECT count(*) FROM pg_class WHERE relname ~ 'migcheck'").fetchone() == (0,)


def test_rows_are_not_looked_at(
    connection: psycopg.Connection[Any], migration: psycopg.Connection[Any], moments: Moments
) -> None:
    """A row that violates the constraint (as it may after NOT VALID) keeps nothing from being settled."""
    migration.execute("SET session_replication_role = replica")
    migration.execute("ALTER TABLE t DROP CONSTRAINT c")
    migration.execute("INSERT INTO t VALUES (-1)")
    assert classes(settle(connection, *moments)) == ["cosmetic"]


def test_a_role_without_rights_settles_what_it_can(
    server: Server, database: str, migration: psycopg.Connection[Any], moments: Moments
) -> None:
    migration.execute("CREATE ROLE settler LOGIN; GRANT SELECT ON t TO settler")
    try:
        with databases.connect(server.address, database) as connection:
            connection.execute("SET ROLE settler")
            assert classes(settle(connection, *moments)) == ["cosmetic"]
            migration.execute(f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC')
            assert settle(connection, *moments) == moments[2]
    finally:
        migration.execute("DROP OWNED BY settler; DROP ROLE settler")
