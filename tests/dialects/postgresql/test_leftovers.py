"""Databases of dead runs are known by the lock that nobody holds any more."""

from __future__ import annotations

import time

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.leftovers import drop_leftovers, hold, leftovers
from migcheck.model import ServerAddress
from migcheck.providers import Server


@pytest.fixture(params=["server", "local_server"])
def address(request: pytest.FixtureRequest) -> ServerAddress:
    """The address of PostgreSQL 18, then of 15."""
    running: Server = request.getfixturevalue(request.param)
    return running.address


def dropped(address: ServerAddress, names: set[str]) -> bool:
    """Whether these become leftovers, and no others: a server ends a session a moment after it was left."""
    gone: set[str] = set()
    deadline = time.monotonic() + 10
    while gone != names and time.monotonic() < deadline:
        gone |= set(drop_leftovers(address))
    return gone == names


@pytest.mark.parametrize("run", ["r00000001", "r7fffffff", "r80000000", "rffffffff"])
def test_alive_as_long_as_the_lock_is_held(address: ServerAddress, run: str) -> None:
    name = databases.new_name(run)
    with hold(address, run):
        databases.create(address, name)
        assert name not in leftovers(address)
    assert dropped(address, {name})
    assert databases.names(address, run) == []


def test_a_lock_held_in_another_database_counts(address: ServerAddress) -> None:
    run = databases.new_run()
    name = databases.new_name(run)
    elsewhere = ServerAddress("postgresql", address.host, address.port, address.user, None, "template1", True)
    with hold(elsewhere, run):
        databases.create(address, name, "template0")
        assert name not in leftovers(address)
    assert dropped(address, {name})


def test_a_run_whose_databases_are_in_use_is_alive(address: ServerAddress) -> None:
    run = databases.new_run()
    first, second = databases.new_name(run), databases.new_name(run)
    databases.create(address, first)
    databases.create(address, second)
    with databases.connect(address, first):
        assert leftovers(address) == []
    assert dropped(address, {first, second})


@pytest.mark.parametrize(
    "name", ["migcheck_production", "migcheck_r1_00000000", "migcheck_rabcdefgh_00000000"]
)
def test_names_of_no_run_are_nobodys_leftovers(address: ServerAddress, name: str) -> None:
    with databases.connect(address) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            assert drop_leftovers(address) == []
        finally:
            connection.execute(f"DROP DATABASE {name}")
