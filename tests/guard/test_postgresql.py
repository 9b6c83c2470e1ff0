"""Every way to open a connection ends at the disposable database, or is refused.

Each case runs in a process of its own, since the guard cannot be taken off; the "production" server is a
listening socket, which would see even an attempt.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from migcheck.providers import Server
from tests.guard.conftest import Run

VARIABLES = {"PGHOST": "127.0.0.1", "PGSERVICE": "nowhere", "PGDATABASE": "production"}

TURNED = {
    "SQLAlchemy with psycopg": """
        import sqlalchemy as sa
        url = f"postgresql+psycopg://app:secret@127.0.0.1:{PRODUCTION}/production?sslmode=require"
        with sa.create_engine(url).connect() as c: print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy with psycopg2": """
        import sqlalchemy as sa
        url = f"postgresql+psycopg2://app:secret@127.0.0.1:{PRODUCTION}/production?sslmode=require"
        with sa.create_engine(url).connect() as c: print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy with pg8000": """
        import sqlalchemy as sa
        url = f"postgresql+pg8000://app:secret@127.0.0.1:{PRODUCTION}/production"
        with sa.create_engine(url).connect() as c: print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy with asyncpg": """
        import sqlalchemy as sa
        from sqlalchemy.ext.asyncio import create_async_engine
        async def main():
            engine = create_async_engine(f"postgresql+asyncpg://app:secret@127.0.0.1:{PRODUCTION}/production")
            async with engine.connect() as c: print((await c.execute(sa.text(WHERE))).scalar())
            await engine.dispose()
        asyncio.run(main())""",
    "SQLAlchemy with a creator": """
        import psycopg2, sqlalchemy as sa
        def connect(): return psycopg2.connect(host="127.0.0.1", port=PRODUCTION, dbname="production")
        with sa.create_engine("postgresql+psycopg2://", creator=connect).connect() as c:
            print(c.execute(sa.text(WHERE)).scalar())""",
    "psycopg": """
        import psycopg
        with psycopg.connect(f"postgresql://app:secret@127.0.0.1:{PRODUCTION}/production") as c:
            print(c.execute(WHERE).fetchone()[0])""",
    "psycopg, async": """
        import psycopg
        async def main():
            c = await psycopg.AsyncConnection.connect(host="127.0.0.1", port=PRODUCTION, dbname="production")
            async with c: print((await (await c.execute(WHERE)).fetchone())[0])
        asyncio.run(main())""",
    "psycopg2 with a service and PG* variables": """
        import psycopg2
        c = psycopg2.connect(""); cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "psycopg2 imported before": """
        from psycopg2 import connect
        c = connect(f"host=127.0.0.1 port={PRODUCTION} dbname=production"); cursor = c.cursor()
        cursor.execute(WHERE); print(cursor.fetchone()[0])""",
    "asyncpg": """
        import asyncpg
        async def main():
            c = await asyncpg.connect(f"postgresql://app:secret@127.0.0.1:{PRODUCTION}/production")
            print(await c.fetchval(WHERE)); await c.close()
        asyncio.run(main())""",
    "asyncpg's pool": """
        import asyncpg
        async def main():
            async with asyncpg.create_pool(host="127.0.0.1", port=int(PRODUCTION)) as pool:
                print(await pool.fetchval(WHERE))
        asyncio.run(main())""",
    "pg8000": """
        import pg8000.dbapi
        c = pg8000.dbapi.connect("app", host="127.0.0.1", port=int(PRODUCTION), database="production")
        cursor = c.cursor(); cursor.execute(WHERE); print(cursor.fetchone()[0])""",
}

REFUSED = {
    "SQLite": """
        import sqlalchemy as sa
        sa.create_engine("sqlite:///production.db").connect()""",
    "a dialect of another database": """
        import sqlalchemy as sa
        from sqlalchemy.dialects import registry
        from sqlalchemy.engine.default import DefaultDialect
        class Other(DefaultDialect):
            name = "other"; driver = "other"
            @classmethod
            def import_dbapi(cls): return sys
            dbapi = import_dbapi
        sys.paramstyle = "named"
        sys.modules["other"] = sys; sys.Other = Other
        registry.register("other", "other", "Other")
        sa.create_engine(f"other://app:secret@127.0.0.1:{PRODUCTION}/production").connect()""",
}


@pytest.mark.parametrize("way", TURNED)
def test_a_connection_is_turned(
    way: str, server: Server, database: str, run: Run, nobody_called: Callable[[], bool]
) -> None:
    done = run(TURNED[way], server.address, database, **VARIABLES)
    assert (done.stdout.strip(), done.returncode) == (database, 0), done.stderr
    assert nobody_called()


@pytest.mark.parametrize("way", REFUSED)
def test_what_cannot_be_turned_is_refused(
    way: str, server: Server, database: str, run: Run, nobody_called: Callable[[], bool]
) -> None:
    done = run(REFUSED[way], server.address, database, **VARIABLES)
    assert "GuardError: the connection to" in done.stderr
    assert "secret" not in done.stderr.split("GuardError")[1]
    assert nobody_called()


def test_migchecks_own_connections_may_open_the_maintenance_database(
    server: Server, database: str, run: Run
) -> None:
    code = """
        from migcheck.dialects.postgresql.databases import connect
        with connect(guard.address) as c: print(c.execute(WHERE).fetchone()[0])"""
    assert run(code, server.address, database, **VARIABLES).stdout.strip() == "postgres"
