"""A server that somebody else runs: here one of ours, with logins as an administrator would give them."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import ProviderError
from migcheck.providers import Server, provider_for

OURS = "SELECT array_agg(datname ORDER BY datname) FROM pg_database WHERE starts_with(datname, 'migcheck_')"


class Host:
    """The server, and URLs of its logins."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def url(self, user: str, password: str | None = None, database: str = "postgres", query: str = "") -> str:
        login = user if password is None else f"{user}:{urllib.parse.quote(password, safe='')}"
        socket = urllib.parse.quote(self.server.address.host, safe="")
        return f"postgresql://{login}@/{database}?host={socket}{query}"

    def run(self, text: str) -> list[tuple[object, ...]]:
        with databases.connect(self.server.address) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A server that asks for passwords, but for the superuser's."""
    with provider_for("embedded:18").start() as server:
        host = Host(server)
        host.run("CREATE ROLE maker LOGIN CREATEDB PASSWORD 'p@ss/w:rd'")
        host.run("CREATE ROLE reader LOGIN PASSWORD 'r'")
        host.run("CREATE DATABASE app")
        (file,) = host.run("SHOW hba_file")[0]
        Path(str(file)).write_text(
            "local all postgres trust\nlocal all refused reject\nlocal all all scram-sha-256\n"
        )
        host.run("SELECT pg_reload_conf()")
        host.run("CREATE ROLE refused LOGIN CREATEDB")
        yield host


def test_a_login_that_may_create_databases(host: Host) -> None:
    with provider_for(host.url("maker", "p@ss/w:rd")).start() as server:
        assert server.provider == "existing"
        assert server.version.startswith("18.")
        assert server.log_tail() == ""
        address = server.address
        assert (address.user, address.password, address.private) == ("maker", "p@ss/w:rd", False)
        assert address.host == host.server.address.host
        name = databases.new_name(server.run)
        databases.create(address, name)
        clone = databases.new_name(server.run)
        databases.create(address, clone, name)
        assert databases.names(address, server.run) == sorted([name, clone])
        with databases.connect(address, clone) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("maker",)
    assert host.run(OURS) == [(None,)]


def test_databases_of_the_run_are_dropped_after_an_exception(host: Host) -> None:
    url = host.url("maker", "p@ss/w:rd")
    with pytest.raises(ZeroDivisionError), provider_for(url).start() as server:
        databases.create(server.address, databases.new_name(server.run)) or 1 / 0
    assert host.run(OURS) == [(None,)]


def test_leftovers_of_dead_runs_go_and_living_runs_stay(host: Host) -> None:
    url = host.url("maker", "p@ss/w:rd")
    dead = databases.new_name(databases.new_run())
    foreign = databases.new_name(databases.new_run())
    with provider_for(url).start() as first:
        living = databases.new_name(first.run)
        databases.create(first.address, living)
        databases.create(first.address, dead)
        databases.create(host.server.address, foreign)  # the superuser's: not maker's to drop
        with provider_for(url).start():
            assert host.run(OURS) == [(sorted([living, foreign]),)]
        assert host.run(OURS) == [(sorted([living, foreign]),)]
    databases.drop(host.server.address, foreign)
    assert host.run(OURS) == [(None,)]


def test_nothing_but_the_maintenance_database_is_connected_to(host: Host) -> None:
    host.run("ALTER SYSTEM SET log_connections = 'on'")
    host.run("SELECT pg_reload_conf()")
    try:
        with provider_for(host.url("maker", "p@ss/w:rd", "template1")).start() as server:
            databases.create(server.address, databases.new_name(server.run), "template0")
    finally:
        host.run("ALTER SYSTEM RESET log_connections")
        host.run("SELECT pg_reload_conf()")
    log = (Path(host.server.address.host).parent / "log").read_text()
    assert "user=maker database=template1" in log
    assert "database=app" not in log


@pytest.mark.parametrize("scheme", ["postgresql+psycopg2", "postgresql+asyncpg", "postgres"])
def test_spellings_of_the_scheme(host: Host, scheme: str) -> None:
    url = host.url("postgres").replace("postgresql", scheme, 1)
    found = provider_for(url).availability()
    assert found.available, found
    assert found.detail.startswith("PostgreSQL 18.")


@pytest.mark.parametrize(
    ("user", "password", "database", "message", "hint"),
    [
        ("maker", "wrong", "postgres", "password authentication failed", "user and password"),
        ("maker", None, "postgres", "no password supplied", "PGPASSWORD"),
        ("maker", "p@ss/w:rd", "nothere", 'database "nothere" does not exist', "any database that exists"),
        ("postgres", None, "nothere", 'database "nothere" does not exist', "any database that exists"),
        ("refused", "x", "postgres", "pg_hba.conf rejects", "not let this login in"),
        ("reader", "r", "postgres", "may not create databases", 'ALTER ROLE "reader" CREATEDB'),
    ],
)
def test_what_cannot_be_used(
    host: Host,
    monkeypatch: pytest.MonkeyPatch,
    user: str,
    password: str | None,
    database: str,
    message: str,
    hint: str,
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    provider = provider_for(host.url(user, password, database))
    with pytest.raises(ProviderError, match=message) as caught, provider.start():
        pass
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 3
    assert "p@ss" not in f"{caught.value.message} {caught.value.hint} {caught.value.details}"
    found = provider.availability()
    assert (found.available, found.detail) == (False, caught.value.message)


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("postgresql://u@127.0.0.1:1/d", "Connection refused", "host and port"),
        ("postgresql://u@nowhere.invalid/d", "nowhere.invalid", "Check the host"),
        ("postgresql://u@/d?host=/nonexistent", "No such file", "host of the URL"),
        ("postgresql://u@127.0.0.1:1/d?connect_timeout=soon", "connect_timeout", ""),
        ("postgresql://u@127.0.0.1:1/d?sslmode=maybe", "sslmode", ""),
        (f"postgresql://u@{'h' * 70}.invalid/d", "label empty or too long", "Check the host"),
        ("postgresql://u@h%00/d", "h", ""),
    ],
)
def test_where_nobody_answers(url: str, message: str, hint: str) -> None:
    with pytest.raises(ProviderError, match=message) as caught, provider_for(url).start():
        pass
    assert hint in (caught.value.hint or "")
