"""Every single change is told, as what it is and as nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from migcheck.model import DifferenceClass
from tests.integration.sqlite.changes import CHANGES, DEFINITIONS, OPTIONS, SHOP
from tests.integration.sqlite.database import Database

BOTH = (DifferenceClass.SEMANTIC, DifferenceClass.ORDER)
NEEDS = {"column dropped": (3, 35, 0), "STRICT": (3, 37, 0)}


def skip_if_too_old(name: str) -> None:
    if sqlite3.sqlite_version_info < NEEDS.get(name, (0,)):
        pytest.skip("needs a newer SQLite")


@pytest.mark.parametrize("name", CHANGES)
def test_a_change(database: Callable[..., Database], name: str) -> None:
    skip_if_too_old(name)
    statements, expected = CHANGES[name]
    assert database(SHOP).told(statements, *BOTH) == expected


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_change_of_a_definition(database: Callable[..., Database], name: str) -> None:
    before, after, expected = DEFINITIONS[name]
    one = database(f"{SHOP}; CREATE TABLE t ({before})")
    assert one.told(f"DROP TABLE t; CREATE TABLE t ({after})", *BOTH) == expected
    assert one.told(f"DROP TABLE t; CREATE TABLE t ({after})", *DifferenceClass) == []


@pytest.mark.parametrize("name", OPTIONS)
def test_a_change_of_an_option(database: Callable[..., Database], name: str) -> None:
    skip_if_too_old(name)
    before, after, expected = OPTIONS[name]
    assert (
        database(f"CREATE TABLE t {before}").told(f"DROP TABLE t; CREATE TABLE t {after}", *BOTH) == expected
    )


def test_the_order_of_columns_is_told_as_such(database: Callable[..., Database]) -> None:
    one = database("CREATE TABLE t (a, b, c); CREATE VIEW v AS SELECT * FROM t")
    assert one.told("DROP TABLE t; CREATE TABLE t (a, c, b)", DifferenceClass.ORDER) == [
        "changed table t column_order",
        "changed view v column_order",
    ]


def test_a_table_is_shown_as_it_could_be_written(database: Callable[..., Database]) -> None:
    one = database("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    before = one.snapshot()
    one.run(
        """CREATE TABLE "Order" (id integer primary key, p int references p on delete cascade,
        [a] text not null default "x" collate nocase, b AS (a || '!') STORED,
        constraint ck check (id > 1.5))"""
    )
    (difference,) = one.compared(before, one.snapshot())
    assert (
        difference.after
        == """CREATE TABLE Order (
    id INTEGER NOT NULL,
    p INT,
    a TEXT COLLATE NOCASE DEFAULT 'x' NOT NULL,
    b GENERATED ALWAYS AS (a || '!') STORED,
    FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE,
    PRIMARY KEY (id),
    CONSTRAINT ck CHECK (id > 1.5)
)"""
    )


def test_there_are_enough() -> None:
    assert len(CHANGES) + len(DEFINITIONS) + len(OPTIONS) >= 40
