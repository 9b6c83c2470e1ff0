"""A directory for SQLite's databases, and databases in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from migcheck.dialects.names import new_name
from migcheck.dialects.sqlite import SQLITE
from migcheck.model import ServerAddress
from migcheck.providers import Server
from migcheck.providers.sqlite import SQLiteProvider
from tests.integration.sqlite.database import Database


@pytest.fixture(scope="session")
def sqlite_server() -> Iterator[Server]:
    """The directory for the length of the session."""
    with SQLiteProvider().start() as running:
        yield running


@pytest.fixture
def address(sqlite_server: Server) -> ServerAddress:
    return sqlite_server.address


@pytest.fixture
def database(sqlite_server: Server) -> Iterator[Callable[..., Database]]:
    """Makes databases: `database("CREATE TABLE ...")`."""
    made: list[Database] = []

    def make(setup: str = "") -> Database:
        name = new_name(sqlite_server.run)
        SQLITE.create(sqlite_server.address, name)
        made.append(Database(sqlite_server.address, name))
        made[-1].run(setup)
        return made[-1]

    yield make
    for one in made:
        SQLITE.drop(one.address, one.name)
