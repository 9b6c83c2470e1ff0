"""migcheck drift against living databases of each kind: what is found, and that nothing is written."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from migcheck.databases import DatabaseAt, Databases
from migcheck.drift import drift
from migcheck.errors import DatabaseError, UsageError
from migcheck.living import opened
from migcheck.model import Report, ServerAddress
from migcheck.providers import Server
from tests.cli.test_usage import run

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"
READER = "migcheck_test_reader"
WRITES = "xact_commit, tup_inserted, tup_updated, tup_deleted"


@pytest.fixture(scope="module")
def databases(server: Server) -> Iterator[Databases]:
    with Databases(SHOP, server=server) as made:
        yield made


@pytest.fixture
def living(databases: Databases) -> Iterator[DatabaseAt]:
    """A database at 0005, and a login that may read Alembic's table and nothing else."""
    made = databases.at("0005")
    alter(made, f"CREATE ROLE {READER} LOGIN", f"GRANT SELECT ON alembic_version TO {READER}")
    yield made
    alter(made, f"DROP OWNED BY {READER}", f"DROP ROLE {READER}")
    made.close()


def alter(database: DatabaseAt, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def as_reader(database: DatabaseAt) -> str:
    return database.url.replace("://postgres@", f"://{READER}@").replace("+psycopg", "")


def found(report: Report) -> list[str]:
    return [finding.message.removesuffix(" in the living database") for finding in report.findings]


def compare(living: DatabaseAt, **options: object) -> Report:
    return drift(SHOP, against=as_reader(living), **options)  # type: ignore[arg-type]


def test_a_database_as_the_history_makes_it_has_no_drift(living: DatabaseAt) -> None:
    report = compare(living)
    assert (report.exit_code, report.findings, report.heads) == (0, (), ("0005",))
    assert "PostgreSQL 18" in report.compared
    living.downgrade("0004")
    behind = compare(living)
    assert (behind.findings, behind.heads) == ((), ("0004",))


def test_what_was_done_by_hand_is_found(living: DatabaseAt) -> None:
    alter(
        living,
        "DROP INDEX ix_orders_placed_at",
        "CREATE TABLE handmade (id int PRIMARY KEY)",
        "ALTER TABLE customers ALTER COLUMN email TYPE varchar(300)",
        f"GRANT SELECT ON customers TO {READER}",
    )
    report = compare(living)
    assert report.exit_code == 1
    assert found(report) == [
        "column public.customers.email differs in its type",
        "index public.ix_orders_placed_at is missing",
        "table public.handmade is in the living database, and no revision makes it",
    ]
    assert any("of owners, privileges and roles were left out" in note for note in report.notes)
    with_privileges = found(compare(living, privileges=True))
    assert "table public.customers differs in its privileges" in with_privileges
    assert found(compare(living, exclude=["public.handmade", "public.customers"])) == [
        "index public.ix_orders_placed_at is missing"
    ]


def test_nothing_is_written_and_no_lock_is_strong(living: DatabaseAt, server: Server) -> None:
    with psycopg.connect(**maintenance(server.address), autocommit=True) as watching:
        locks: set[str] = set()
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                for (mode,) in watching.execute(
                    "SELECT DISTINCT l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                    " WHERE a.datname = %s AND a.usename = %s AND l.locktype <> 'virtualxid'",
                    (living.name, READER),
                ):
                    locks.add(mode)
                time.sleep(0.001)

        def written() -> object:
            watching.execute("SELECT pg_stat_force_next_flush()")
            return watching.execute(
                "SELECT tup_inserted, tup_updated, tup_deleted FROM pg_stat_database WHERE datname = %s",
                (living.name,),
            ).fetchone()

        time.sleep(0.3)
        before = written()
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            compare(living)
        finally:
            done.set()
            watcher.join()
        time.sleep(0.3)
        assert written() == before
    assert locks == {"AccessShareLock"}


def test_the_server_itself_refuses_to_write_for_it(living: DatabaseAt) -> None:
    alter(living, f"GRANT ALL ON SCHEMA public TO {READER}", f"GRANT ALL ON customers TO {READER}")
    with opened(as_reader(living)) as there:
        for statement in ("CREATE TABLE t (id int)", "INSERT INTO customers (email) VALUES ('x')"):
            with pytest.raises(DatabaseError, match="read-only transaction"):
                there._query(statement)


def test_a_lock_is_not_waited_for_without_end(living: DatabaseAt) -> None:
    with living.engine.begin() as connection:
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(UsageError, match="lock timeout"):
            compare(living)


def test_what_cannot_be_compared_says_why(living: DatabaseAt) -> None:
    alter(living, "UPDATE alembic_version SET version_num = 'gone'")
    with pytest.raises(UsageError, match="stamped with gone, and there is no such revision"):
        compare(living)
    alter(living, "DELETE FROM alembic_version")
    with pytest.raises(UsageError, match="stamped with no revision"):
        compare(living)
    for url, said in (
        ("postgresql://h/", "names no database"),
        ("sqlite:///gone.db", "there is no file gone.db"),
        ("postgresql://h/x?sslmod=on", "--against: unknown parameter 'sslmod'"),
    ):
        with pytest.raises(UsageError, match=said):
            drift(SHOP, against=url)


def maintenance(address: ServerAddress) -> dict[str, object]:
    return {"host": address.host, "port": address.port, "user": address.user, "dbname": address.database}


def test_a_file_of_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = Path(__file__).resolve().parents[2] / "fixtures" / "honest_sqlite"
    history = next(iter(sorted(project.glob("*/alembic.ini"))))
    with Databases(history, database="sqlite") as made:
        database = made.at()
        source = sqlite3.connect(database.url.partition("///")[2])
        with sqlite3.connect(tmp_path / "living.db") as copy:
            source.backup(copy)
            copy.execute("CREATE TABLE handmade (id int)")
    before = (tmp_path / "living.db").read_bytes()
    result = run("drift", "--url", str(history), "--against", "sqlite:///living.db")
    assert result.exit_code == 1
    assert "table handmade is in the living database" in result.stdout
    assert (tmp_path / "living.db").read_bytes() == before
    clean = run("drift", "--url", str(history), "--against", "sqlite:///living.db", "--exclude", "handmade")
    assert clean.exit_code == 0 and "no errors" in clean.stdout


def test_mariadb(mariadb: Server) -> None:
    history = Path(__file__).resolve().parents[2] / "fixtures" / "honest_mariadb"
    project = sorted(history.glob("*/alembic.ini"))[0]
    with Databases(project, server=mariadb) as made:
        database = made.at()
        options = {"against": database.url.replace("mysql+pymysql", "mysql"), "database": "local"}
        assert drift(project, **options).findings == ()  # type: ignore[arg-type]
        alter(database, "CREATE TABLE handmade (id int)")
        [message] = found(drift(project, **options))  # type: ignore[arg-type]
        assert message.endswith("handmade is in the living database, and no revision makes it")
        with opened(options["against"]) as there, pytest.raises(DatabaseError, match="READ ONLY"):
            there._query("DROP TABLE handmade")


def test_without_a_database_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIGCHECK_AGAINST", raising=False)
    result = run("drift", "--url", str(SHOP))
    assert result.exit_code == 2 and "MIGCHECK_AGAINST" in result.stderr
