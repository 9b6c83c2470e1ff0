"""A server for the length of the session: starting one for each history would take longer than the walk."""

from __future__ import annotations

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.model import ServerAddress
from migcheck.providers import Server


def url_of(address: ServerAddress) -> str:
    """`address` as a value for `--database`; the server's own `host` may be a socket directory."""
    return f"postgresql://{address.user}@/{address.database}?host={address.host}&port={address.port}"


def extensions_of(address: ServerAddress) -> frozenset[str]:
    """Names of the extensions that the server could create."""
    with databases.connect(address) as connection:
        return frozenset(name for (name,) in connection.execute("SELECT name FROM pg_available_extensions"))


@pytest.fixture(scope="session")
def server_url(server: Server) -> str:
    """The URL of the embedded server, for `verify(database=...)`."""
    return url_of(server.address)


@pytest.fixture(scope="session")
def extensions(server: Server) -> frozenset[str]:
    """Names of the extensions that the embedded server has."""
    return extensions_of(server.address)
