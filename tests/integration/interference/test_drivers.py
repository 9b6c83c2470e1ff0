"""What each driver raises when its connection is lost is known as that."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterator

import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migcheck.dialects import dialect_of
from tests.integration.interference.hosts import Host
from tests.integration.interference.proxy import Interference, Proxy

DRIVERS = {
    "psycopg": "postgresql",
    "psycopg2": "postgresql",
    "pg8000": "postgresql",
    "asyncpg": "postgresql",
    "pymysql": "mariadb",
    "mysqldb": "mariadb",
    "mariadbconnector": "mariadb",
    "mysqlconnector": "mariadb",
    "aiomysql": "mariadb",
    "asyncmy": "mariadb",
}
MODULES = {"mysqldb": "MySQLdb", "mariadbconnector": "mariadb", "mysqlconnector": "mysql.connector"}


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> Iterator[tuple[str, Host]]:
    name = request.param
    if importlib.util.find_spec(MODULES.get(name, name)) is None:
        pytest.skip(f"{name} is not installed")
    return name, request.getfixturevalue(f"{DRIVERS[name]}_host")


def use(driver: str, host: Host, port: int) -> None:
    """Connect, be asleep in a statement, and commit."""
    database = "postgres" if host.dialect == "postgresql" else "mysql"
    url = f"{host.dialect}+{driver}://{host.address.user}@127.0.0.1:{port}/{database}"
    asleep = sqlalchemy.text(f"SELECT {'pg_sleep' if host.dialect == 'postgresql' else 'sleep'}(0.3)")
    if driver not in ("asyncpg", "aiomysql", "asyncmy"):
        with sqlalchemy.create_engine(url, poolclass=NullPool).connect() as connection:
            connection.execute(asleep)
            connection.commit()
        return

    async def use_async() -> None:
        async with create_async_engine(url, poolclass=NullPool).connect() as connection:
            await connection.execute(asleep)
            await connection.commit()

    asyncio.run(use_async())


@pytest.mark.parametrize(
    ("text", "what", "after"),
    [
        ("sleep(", Interference.RESET, 0.1),
        ("sleep(", Interference.CUT, 0.0),
        ("COMMIT", Interference.RESET, 0.0),
        ("", Interference.RESET, 0.0),
    ],
    ids=["reset", "cut", "reset at COMMIT", "reset at login"],
)
def test_lost(driver: tuple[str, Host], text: str, what: Interference, after: float) -> None:
    name, host = driver
    with Proxy(host.socket) as proxy:
        proxy.when(text, what, after=after)
        with pytest.raises(Exception) as caught:  # noqa: PT011  each driver has its own
            use(name, host, proxy.port)
    lost = dialect_of(host.dialect).is_lost
    assert lost(caught.value), repr(caught.value)
    original = getattr(caught.value, "orig", None)
    assert original is None or lost(original), repr(original)
    assert not lost(ValueError("of a migration's own"))
