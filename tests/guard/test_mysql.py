"""Every way to open a connection to MariaDB or MySQL ends at the disposable database, or is refused."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator

import pytest

from migcheck.dialects import dialect_of
from migcheck.dialects.names import new_name
from migcheck.model import ServerAddress
from migcheck.providers import Server
from tests.conftest import REQUIRED
from tests.guard.conftest import Run

SQLALCHEMY = """
    import sqlalchemy as sa
    url = f"{}://app:secret@127.0.0.1:{{PRODUCTION}}/production{}"
    with sa.create_engine(url).connect() as c: print(c.execute(sa.text(WHERE)).scalar())"""
ASYNCHRONOUS = """
    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import create_async_engine
    async def main():
        engine = create_async_engine(f"mysql+{}://app:secret@127.0.0.1:{{PRODUCTION}}/production")
        async with engine.connect() as c: print((await c.execute(sa.text(WHERE))).scalar())
        await engine.dispose()
    asyncio.run(main())"""

TURNED = {
    "SQLAlchemy with pymysql": SQLALCHEMY.format("mysql+pymysql", "?charset=utf8mb4&ssl_ca=/nowhere.pem"),
    "SQLAlchemy with pymysql, as MariaDB": SQLALCHEMY.format("mariadb+pymysql", ""),
    "SQLAlchemy with mysqlclient": SQLALCHEMY.format("mysql+mysqldb", "?charset=utf8mb4"),
    "SQLAlchemy with mariadb": SQLALCHEMY.format("mariadb+mariadbconnector", ""),
    "SQLAlchemy with MySQL's connector": SQLALCHEMY.format("mysql+mysqlconnector", ""),
    "SQLAlchemy with asyncmy": ASYNCHRONOUS.format("asyncmy"),
    "SQLAlchemy with aiomysql": ASYNCHRONOUS.format("aiomysql"),
    "pymysql": """
        import pymysql
        c = pymysql.connect(host="127.0.0.1", port=int(PRODUCTION), user="app", passwd="secret", db="mine")
        with c.cursor() as cursor: cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "pymysql with an option file": """
        import pymysql
        c = pymysql.connect(read_default_file="/nowhere/my.cnf", database="production")
        with c.cursor() as cursor: cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "mysqlclient": """
        import MySQLdb
        c = MySQLdb.connect("127.0.0.1", "app", "secret", "production", int(PRODUCTION))
        cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "mysqlclient imported before": """
        from MySQLdb import connect
        c = connect(host="127.0.0.1", port=int(PRODUCTION), user="app", passwd="secret", db="production")
        cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "mariadb": """
        import mariadb
        c = mariadb.connect(host="127.0.0.1", port=int(PRODUCTION), user="app", database="production")
        cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "MySQL's connector": """
        import mysql.connector
        c = mysql.connector.connect(host="127.0.0.1", port=int(PRODUCTION), user="app", database="production")
        cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "the pool of MySQL's connector": """
        from mysql.connector.pooling import MySQLConnectionPool
        pool = MySQLConnectionPool(pool_size=1, host="127.0.0.1", port=int(PRODUCTION), user="app")
        c = pool.get_connection(); cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "aiomysql": """
        import aiomysql
        async def main():
            c = await aiomysql.connect(host="127.0.0.1", port=int(PRODUCTION), user="app", db="production")
            async with c.cursor() as cursor:
                await cursor.execute(WHERE); print((await cursor.fetchone())[0])
            c.close()
        asyncio.run(main())""",
    "aiomysql's pool": """
        import aiomysql
        async def main():
            async with aiomysql.create_pool(host="127.0.0.1", port=int(PRODUCTION), user="app") as pool:
                async with pool.acquire() as c, c.cursor() as cursor:
                    await cursor.execute(WHERE); print((await cursor.fetchone())[0])
        asyncio.run(main())""",
    "asyncmy": """
        import asyncmy
        async def main():
            c = await asyncmy.connect(host="127.0.0.1", port=int(PRODUCTION), user="app", db="production")
            async with c.cursor() as cursor:
                await cursor.execute(WHERE); print((await cursor.fetchone())[0])
            c.close()
        asyncio.run(main())""",
}

REFUSED = {
    "PostgreSQL": """
        import psycopg
        psycopg.connect(f"postgresql://app:secret@127.0.0.1:{PRODUCTION}/production")""",
    "PostgreSQL by SQLAlchemy": """
        import sqlalchemy as sa
        sa.create_engine(f"postgresql+psycopg://app:secret@127.0.0.1:{PRODUCTION}/production").connect()""",
}


@pytest.fixture
def address(mariadb: Server) -> ServerAddress:
    """The local MariaDB."""
    return mariadb.address


@pytest.fixture
def database(mariadb: Server) -> Iterator[str]:
    """The name of a fresh, empty database on it."""
    dialect, name = dialect_of("mariadb"), new_name(mariadb.run)
    dialect.create(mariadb.address, name)
    yield name
    dialect.drop(mariadb.address, name)


def _require_driver(way: str) -> None:
    """These two have to be compiled, so a contributor may lack them."""
    for word, module in (("mysqlclient", "MySQLdb"), ("mariadb", "mariadb")):
        if word in way.split() and importlib.util.find_spec(module) is None:
            if "drivers" in os.environ.get(REQUIRED, "").split(","):
                pytest.fail(f"{module} is not installed ({REQUIRED} asks for it)")
            pytest.skip(f"{module} is not installed: pip install --group drivers")


@pytest.mark.parametrize("way", TURNED)
def test_a_connection_is_turned(
    way: str, address: ServerAddress, database: str, run: Run, nobody_called: Callable[[], bool]
) -> None:
    _require_driver(way)
    done = run(TURNED[way], address, database)
    assert (done.stdout.strip(), done.returncode) == (database, 0), done.stderr
    assert nobody_called()


@pytest.mark.parametrize("way", REFUSED)
def test_what_cannot_be_turned_is_refused(
    way: str, address: ServerAddress, database: str, run: Run, nobody_called: Callable[[], bool]
) -> None:
    done = run(REFUSED[way], address, database)
    assert "GuardError: the connection to" in done.stderr
    assert "secret" not in done.stderr.split("GuardError")[1]
    assert nobody_called()


def test_migchecks_own_connections_may_open_no_database_at_all(
    address: ServerAddress, database: str, run: Run
) -> None:
    code = """
        from migcheck.dialects.mysql.connection import connect
        with connect(guard.address) as c, c.cursor() as cursor:
            cursor.execute(WHERE); print(cursor.fetchone()[0])"""
    assert run(code, address, database).stdout.strip() != database
