"""What is given for any dialect, where no server is needed to see it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from migcheck.dialects.generic import Generic, databases
from migcheck.dialects.generic.connection import connect_arguments, url_of
from migcheck.dialects.generic.script import Statement, statements
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

ADDRESS = ServerAddress(
    "mssql", "h", 1433, "sa", "p@ss", "master", False, (("driver", "ODBC Driver 18"),), "pyodbc"
)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("-- nothing\n/* at; all */;;", []),
        ("SELECT 1; SELECT 2", [Statement("SELECT 1", 1), Statement("SELECT 2", 1)]),
        ("\n-- a\nSELECT ';'\n;\nSELECT \"a;b\"", [Statement("SELECT ';'", 3), Statement('SELECT "a;b"', 5)]),
        (
            "DO $x$ BEGIN; END $x$; SELECT 1",
            [Statement("DO $x$ BEGIN; END $x$", 1), Statement("SELECT 1", 1)],
        ),
        ("SELECT [a;b], `c;d`", [Statement("SELECT [a;b], `c;d`", 1)]),
        (
            "CREATE PROCEDURE p AS\nBEGIN\n  SELECT 1;\nEND\nGO\n\nSELECT 2;\ngo\n",
            [Statement("CREATE PROCEDURE p AS\nBEGIN\n  SELECT 1;\nEND", 1), Statement("SELECT 2;", 7)],
        ),
    ],
)
def test_statements_of_a_script(script: str, expected: list[Statement]) -> None:
    assert list(statements(script)) == expected


def test_a_url_leads_to_the_database_by_the_driver_of_the_address() -> None:
    url = url_of(ADDRESS, "migcheck_r1_2")
    assert url.render_as_string(hide_password=False) == (
        "mssql+pyodbc://sa:p%40ss@h:1433/migcheck_r1_2?driver=ODBC+Driver+18"
    )
    assert url_of(ADDRESS).database == "master"
    other = url_of(ADDRESS, "d", "pymssql")
    assert (other.drivername, dict(other.query)) == ("mssql+pymssql", {})


def test_arguments_of_a_driver_are_those_of_its_dialect() -> None:
    address = ServerAddress("postgresql", "h", 5, "u", "p", "x", False, (("sslmode", "require"),), "psycopg2")
    args, parameters = connect_arguments(address, "d", "psycopg2")
    assert args == []
    own = {"database": "dbname"}  # SQLAlchemy 1.4's word for it
    assert {own.get(name, name): value for name, value in parameters.items()} == {
        "host": "h", "port": 5, "user": "u", "password": "p", "dbname": "d", "sslmode": "require"
    }  # fmt: skip


def test_nothing_but_databases_of_ours_is_made_or_dropped() -> None:
    class Anything:
        def __getattr__(self, name: str) -> Any:
            return self

    with pytest.raises(DatabaseError, match="was not made by migcheck"):
        databases._statement(Anything(), "DROP DATABASE", "production")  # type: ignore[arg-type]


def test_oracle_has_nothing_that_could_be_made_and_thrown_away() -> None:
    address = ServerAddress("oracle", "h", 1521, "u", "p", "", False, (), "oracledb")
    with pytest.raises(DatabaseError, match="nothing was created") as caught:
        Generic("oracle").create(address, "migcheck_r00000000_00000000")
    assert "--database embedded" in str(caught.value.hint)


class Said(Exception):
    """A driver's exception."""


def wrapped(original: Exception, lost: bool = False) -> OperationalError:
    return OperationalError("SELECT 1", {}, original, connection_invalidated=lost)


def test_lost_connections_and_full_disks() -> None:
    mssql = Generic("mssql")
    assert mssql.is_lost(wrapped(Said("gone"), lost=True))
    assert mssql.is_lost(wrapped(Said("08S01", "[08S01] Communication link failure")))
    assert mssql.is_lost(ConnectionResetError())
    assert not mssql.is_lost(wrapped(Said("42S02", "[42S02] Invalid object name 'x'")))
    assert mssql.is_disk_full(wrapped(Said("42000", "because the 'PRIMARY' filegroup is full")))
    assert not mssql.is_disk_full(wrapped(Said("42000", "syntax error near 'full'")))
