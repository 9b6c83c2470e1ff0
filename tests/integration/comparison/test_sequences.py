"""Down-and-up sequences on real servers: honest ones leave nothing, dishonest ones exactly what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from migcheck.compare import differences
from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.observer import Observer
from migcheck.model import Difference, DifferenceClass, Snapshot
from migcheck.providers import Server
from tests.integration.comparison.dishonest import DISHONEST
from tests.integration.comparison.honest import HONEST
from tests.integration.comparison.shop import ROLES, SHOP, Sequence

SERVERS = ("local_server", "server")


@pytest.fixture(scope="module", params=SERVERS, ids=["15", "18"])
def shops(request: pytest.FixtureRequest) -> Iterator[tuple[Server, str]]:
    """A server, and the name of a database on it that holds the shop: the template of all others."""
    running: Server = request.getfixturevalue(request.param)
    name = databases.new_name(running.run)
    databases.create(running.address, name)
    with databases.connect(running.address, name) as connection:
        for role in ROLES:
            connection.execute(f"CREATE ROLE {role}")
        connection.execute(SHOP)
    yield running, name
    databases.drop(running.address, name)
    with databases.connect(running.address) as connection:
        for role in ROLES:
            connection.execute(f"DROP ROLE {role}")


class Shop:
    """A database of its own for one sequence, and an observer of it."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]], observer: Observer) -> None:
        self.connection = connection
        self.observer = observer

    def run(self, statements: tuple[str, ...]) -> Snapshot:
        for statement in statements:
            self.connection.execute(statement)
        return self.observer.snapshot()

    def compared(self, before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
        return self.observer.settle(before, after, differences(before, after))


@contextmanager
def opened(shops: tuple[Server, str]) -> Iterator[Shop]:
    running, template = shops
    name = databases.new_name(running.run)
    databases.create(running.address, name, template)
    try:
        with (
            databases.connect(running.address, name) as connection,
            Observer(running.address, name) as observer,
        ):
            yield Shop(connection, observer)
    finally:
        databases.drop(running.address, name)


def told(found: tuple[Difference, ...], *classes: DifferenceClass) -> list[str]:
    return sorted(
        f"{d.kind.value} {d.object_type} {d.name}" + (f" {d.attribute}" if d.attribute else "")
        for d in found
        if d.difference_class in classes
    )


def skip_if_too_old(shops: tuple[Server, str], sequence: Sequence) -> None:
    if int(shops[0].version.split(".")[0]) < sequence.since:
        pytest.skip(f"for PostgreSQL {sequence.since} and newer")


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_sequence_leaves_nothing(shops: tuple[Server, str], name: str) -> None:
    sequence = HONEST[name]
    skip_if_too_old(shops, sequence)
    with opened(shops) as shop:
        before = shop.run(sequence.setup)
        after = shop.run(sequence.up)
        assert name == "sequence used" or differences(before, after), "the upgrade did nothing"
        reverted = shop.run(sequence.down)
        assert told(shop.compared(before, reverted), DifferenceClass.SEMANTIC) == []
        assert shop.observer.snapshot() == reverted, "settling changed the database"
        if sequence.again:
            reapplied = shop.run(sequence.up)
            assert told(shop.compared(after, reapplied), DifferenceClass.SEMANTIC) == []


@pytest.mark.parametrize("name", DISHONEST)
def test_a_dishonest_sequence_is_told(shops: tuple[Server, str], name: str) -> None:
    sequence = DISHONEST[name]
    skip_if_too_old(shops, sequence)
    with opened(shops) as shop:
        before = shop.run(sequence.setup)
        shop.run(sequence.up)
        reverted = shop.run(sequence.down)
        found = shop.compared(before, reverted)
        assert told(found, DifferenceClass.SEMANTIC, DifferenceClass.ORDER) == sorted(sequence.told)
        assert told(found, DifferenceClass.SEMANTIC)
        assert shop.observer.snapshot() == reverted, "settling changed the database"


def test_there_are_enough_of_both() -> None:
    assert len(HONEST) >= 70
    assert len(DISHONEST) >= 60
