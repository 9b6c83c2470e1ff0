"""Every way to open an SQLite database ends at the disposable file."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.model import ServerAddress
from tests.guard.conftest import Run

WHERE = "SELECT file FROM pragma_database_list WHERE name = 'main'"

TURNED = {
    "SQLAlchemy": """
        import sqlalchemy as sa
        with sa.create_engine("sqlite:///production.db").connect() as c:
            print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy in memory": """
        import sqlalchemy as sa
        with sa.create_engine("sqlite://").connect() as c: print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy with a URI": """
        import sqlalchemy as sa
        url = "sqlite:///file:production.db?mode=ro&uri=true"
        with sa.create_engine(url).connect() as c: print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy with a creator": """
        import sqlite3, sqlalchemy as sa
        engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect("production.db"))
        with engine.connect() as c: print(c.execute(sa.text(WHERE)).scalar())""",
    "SQLAlchemy with aiosqlite": """
        import sqlalchemy as sa
        from sqlalchemy.ext.asyncio import create_async_engine
        async def main():
            engine = create_async_engine("sqlite+aiosqlite:///production.db")
            async with engine.connect() as c: print((await c.execute(sa.text(WHERE))).scalar())
            await engine.dispose()
        asyncio.run(main())""",
    "sqlite3": """
        import sqlite3
        print(sqlite3.connect("production.db").execute(WHERE).fetchone()[0])""",
    "sqlite3 with a path and a URI": """
        import pathlib, sqlite3
        path = pathlib.Path("production.db")
        print(sqlite3.connect(database=path.absolute().as_uri(), uri=True).execute(WHERE).fetchone()[0])""",
}


@pytest.mark.parametrize("way", TURNED)
def test_a_connection_is_turned(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "ours"
    folder.mkdir()
    done = run(TURNED[way].replace("WHERE", repr(WHERE)), _at(folder), "migcheck_a")
    assert (done.stdout.strip(), done.returncode) == (str(folder / "migcheck_a.sqlite"), 0), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours"]


def test_a_database_in_memory_stays_one(tmp_path: Path, run: Run) -> None:
    code = """
        import sqlite3
        print([row[2] for row in sqlite3.connect(":memory:").execute("PRAGMA database_list")])"""
    assert run(code, _at(tmp_path), "migcheck_a").stdout.strip() == "['']"


def test_attach_opens_no_other_file(tmp_path: Path, run: Run) -> None:
    other = tmp_path / "other.db"
    folder = tmp_path / "ours"
    folder.mkdir()
    code = f"""
        import sqlite3
        connection = sqlite3.connect("production.db")
        connection.execute("CREATE TABLE t (a)")
        connection.execute("VACUUM")
        connection.execute("ATTACH ':memory:' AS scratch")
        try: connection.execute("ATTACH {str(other)!r} AS other")
        except sqlite3.DatabaseError as error: print(error)"""
    done = run(code, _at(folder), "migcheck_a")
    assert done.stdout.strip() == "not authorized", done.stderr
    assert not other.exists()


def test_a_connection_left_open_in_a_transaction_blocks_nobody(tmp_path: Path, run: Run) -> None:
    code = """
        import sqlite3
        left = sqlite3.connect("production.db", isolation_level=None)
        left.execute("BEGIN IMMEDIATE")
        guard.forget_pooled()
        other = sqlite3.connect("production.db", timeout=0)
        other.execute("CREATE TABLE t (a)")
        print("written")"""
    done = run(code, _at(tmp_path), "migcheck_a")
    assert done.stdout.strip() == "written", done.stderr


def test_where_another_database_is_verified_files_of_sqlite_are_left_alone(tmp_path: Path, run: Run) -> None:
    code = f"""
        import sqlite3
        sqlite3.connect({str(tmp_path / "cache.db")!r}).execute("CREATE TABLE t (a)")"""
    address = ServerAddress("postgresql", str(tmp_path), 5432, "app", None, "postgres", True)
    assert run(code, address, "migcheck_a").returncode == 0
    assert (tmp_path / "cache.db").exists()


def _at(folder: Path) -> ServerAddress:
    return ServerAddress("sqlite", str(folder), 0, "", None, "", True)
