"""A snapshot sees every column of every catalog that a migration can change, or says why not.

Each column of each kind of user's object is changed (by its type, automatically) in a transaction, a full
snapshot is taken within it, and the transaction is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from migcheck.dialects.postgresql import databases
from migcheck.providers import Server
from tests.integration.postgresql.catalogs import EMPTY, EXAMINED, LEFT_OUT, excused
from tests.integration.postgresql.mutations import Mutator, columns

SCHEMA = Path(__file__).with_name("every_kind.sql")


@pytest.fixture(scope="module")
def connection(each_server: Server) -> Iterator[psycopg.Connection[Any]]:
    """A database with an object of every kind, on PostgreSQL 15 and on 18."""
    name = databases.new_name(each_server.run)
    databases.create(each_server.address, name)
    with databases.connect(each_server.address, name) as connection:
        connection.execute(SCHEMA.read_text().replace("{database}", name))
        yield connection
        connection.execute("DROP SUBSCRIPTION sub")
        connection.execute("REVOKE SET ON PARAMETER work_mem FROM reader_app")
    databases.drop(each_server.address, name)
    with databases.connect(each_server.address) as connection:
        connection.execute("DROP ROLE reader_member, reader_app")


def test_every_catalog_is_examined_or_left_out_for_a_reason(connection: psycopg.Connection[Any]) -> None:
    catalogs = {
        row[0]
        for row in connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'pg_catalog'::regnamespace"
        )
    }
    assert catalogs - EXAMINED.keys() - LEFT_OUT.keys() == set()
    assert EXAMINED.keys() & LEFT_OUT.keys() == set()


@pytest.mark.slow
def test_every_column_is_seen_or_excused(connection: psycopg.Connection[Any]) -> None:
    present = {row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")}
    mutator = Mutator(connection)
    unseen, empty, examined = [], set(), 0
    for catalog, (where, kind) in EXAMINED.items():
        if catalog not in present:
            continue
        query = f"SELECT DISTINCT ({kind})::text FROM {catalog} c WHERE {where} ORDER BY 1"
        kinds = connection.execute(query).fetchall()  # type: ignore[arg-type]
        if not kinds:
            empty.add(catalog)
        for (value,) in kinds:
            for column in columns(connection, catalog):
                if not excused(catalog, value, column.name):
                    examined += 1
                    if not mutator.notices(column, f"({where}) AND ({kind})::text = '{value}'"):
                        unseen.append(f"{catalog}[{value}].{column.name}")
    assert unseen == []
    assert empty == set(EMPTY)
    assert examined > 500
