"""A server for the length of the session: starting one for each history would take longer than the walk."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.model import ServerAddress
from migcheck.providers import Server, provider_for


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


def mysql_url_of(address: ServerAddress) -> str:
    """`address` of a MariaDB or MySQL as a value for `--database`; its host may be a socket."""
    password = urllib.parse.quote(address.password or "", safe="")
    if address.host.startswith("/"):
        return f"mysql://{address.user}:{password}@/?unix_socket={address.host}"
    return f"mysql://{address.user}:{password}@{address.host}:{address.port}/"


@pytest.fixture(scope="session")
def mariadb_url(mariadb: Server) -> str:
    """The URL of the machine's MariaDB, for `verify(database=...)`."""
    return mysql_url_of(mariadb.address)


@pytest.fixture(scope="session")
def mariadb_container_url(engine: object) -> Iterator[str]:
    """The URL of a MariaDB in a container, one for the whole session."""
    with provider_for("docker:mariadb:10.11").start() as server:
        yield mysql_url_of(server.address)
