"""The servers that are interfered with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from migcheck.providers import Server
from tests.integration.interference.hosts import Host


@pytest.fixture(scope="module")
def postgresql_host(server: Server) -> Iterator[Host]:
    """A PostgreSQL with a database of somebody else's on it."""
    with _shared(server) as host:
        yield host


@pytest.fixture(scope="module")
def mariadb_host(mariadb: Server) -> Iterator[Host]:
    """A MariaDB with a database of somebody else's on it."""
    with _shared(mariadb) as host:
        yield host


@pytest.fixture(params=["postgresql", "mariadb"])
def host(request: pytest.FixtureRequest) -> Host:
    """Each of the two."""
    host: Host = request.getfixturevalue(f"{request.param}_host")
    return host


@contextmanager
def _shared(server: Server) -> Iterator[Host]:
    host = Host(server.address)
    host.make_foreign()
    yield host
    host.drop_foreign()
