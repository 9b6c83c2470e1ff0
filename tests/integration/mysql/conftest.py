"""Databases on a MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from migcheck.dialects.mysql import MYSQL
from migcheck.dialects.mysql.connection import connect, query
from migcheck.dialects.mysql.observer import Observer
from migcheck.dialects.names import new_name
from migcheck.model import ServerAddress, Snapshot
from migcheck.providers import Server


@pytest.fixture(scope="session")
def address(mariadb: Server) -> ServerAddress:
    """Where it answers."""
    return mariadb.address


class Database:
    """One disposable database, an observer of it, and a session that does what a migration does."""

    def __init__(self, address: ServerAddress, name: str, observer: Observer) -> None:
        self.address = address
        self.name = name
        self.observer = observer
        self.session = connect(address, name)

    def run(self, *statements: str) -> Snapshot:
        """The schema after `statements`."""
        for statement in statements:
            self.query(statement)
        return self.observer.snapshot()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of one statement; `{db}` stands for the database's name."""
        return query(self.session, statement.replace("{db}", self.name))


@contextmanager
def opened(address: ServerAddress, leave_out: frozenset[str] = frozenset()) -> Iterator[Database]:
    """A fresh database for the length of the block."""
    name = new_name("tests")
    MYSQL.create(address, name)
    try:
        with MYSQL.observer(address, name, leave_out) as observer:
            database = Database(address, name, observer)
            with database.session:
                yield database
    finally:
        MYSQL.drop(address, name)


@pytest.fixture
def database(address: ServerAddress) -> Iterator[Database]:
    """A fresh, empty database."""
    with opened(address) as there:
        yield there
