"""Servers and databases for all tests, got the way a user gets them: from the providers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.providers import Server, provider_for


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The embedded PostgreSQL 18."""
    with provider_for("embedded:18").start() as running:
        yield running


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of a fresh, empty database on `server`."""
    name = databases.new_name(server.run)
    databases.create(server.address, name)
    yield name
    databases.drop(server.address, name)
