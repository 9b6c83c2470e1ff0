"""Hostile rows: what one schema takes and another does not, one for each thing that is asked in addition."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from migcheck.model.tables import (
    Check,
    Column,
    DataType,
    Exclusion,
    Fits,
    ForeignKey,
    Key,
    NotNull,
    Table,
    TableName,
)
from migcheck.seeding.hostile import Hostile, Same, hostile
from tests.seeding.tables import BIG, INT, TEXT, column, numeric, table, tables, varchar

USERS = table("users", column("id", INT, nullable=False, serial=True), column("mail"), column("age", INT),
              keys=(Key("users_pkey", ("id",), primary=True),))  # fmt: skip


def rows(before: Table, after: Table, *others: Table) -> list[Hostile]:
    return list(hostile(tables(before, *others), tables(after, *others), dialect="postgresql"))


def with_column(of: Table, new: Column) -> Table:
    kept = tuple(new if each.name == new.name else each for each in of.columns)
    return replace(of, columns=kept if new in kept else (*of.columns, new))


def test_the_same_schema_asks_nothing() -> None:
    assert rows(USERS, USERS) == []


def test_null_where_not_null_is_coming() -> None:
    [row] = rows(USERS, with_column(USERS, column("mail", nullable=False)))
    assert (row.kind, row.columns, row.rows) == ("null", ("mail",), ({"mail": None},))
    assert row.constraint == NotNull("mail")
    assert row.why == "users.mail is NULL, and the schema that comes has it NOT NULL"


@pytest.mark.parametrize(
    ("new", "count"),
    [
        (column("x", nullable=False), 1),
        (column("x", nullable=False, default="''::text"), 0),
        (column("x", INT, nullable=False, serial=True), 0),
        (column("x", nullable=False, generated=True), 0),
        (column("x"), 0),
    ],
)
def test_any_row_where_a_column_comes_that_has_no_value(new: Column, count: int) -> None:
    found = rows(USERS, with_column(USERS, new))
    assert [(row.kind, row.rows) for row in found] == [("null", ({},))] * count


def test_two_rows_where_unique_is_coming() -> None:
    key = Key("users_mail", ("mail",))
    [row] = rows(USERS, replace(USERS, keys=(*USERS.keys, key)))
    assert (row.kind, row.columns, row.rows) == ("duplicate", ("mail",), ({}, {"mail": Same()}))
    assert row.constraint == key


def test_of_two_columns_both_are_equal() -> None:
    [row] = rows(USERS, replace(USERS, keys=(*USERS.keys, Key("k", ("mail", "age")))))
    assert row.rows == ({}, {"mail": Same(), "age": Same()})


def test_of_a_partial_index_both_rows_are_in_it() -> None:
    [row] = rows(USERS, replace(USERS, keys=(*USERS.keys, Key("k", ("mail",), where="age > 17"))))
    assert row.must == ("age > 17",)


def test_where_case_does_not_count_they_differ_in_it() -> None:
    by_expression = Key("k", ("lower(mail)",), expressions=True)
    [row] = rows(USERS, replace(USERS, keys=(*USERS.keys, by_expression)))
    assert row.rows == ({}, {"mail": Same(other_case=True)})


def test_nulls_that_count_as_equal() -> None:
    key = Key("k", ("mail",), nulls_distinct=False)
    found = rows(USERS, replace(USERS, keys=(*USERS.keys, key)))
    assert [dict(each) for each in found[1].rows] == [{"mail": None}, {"mail": None}]


@pytest.mark.parametrize("elements", [("id",), ("id", "mail")])
def test_what_another_key_forbids_already_is_left_out(elements: tuple[str, ...]) -> None:
    assert rows(USERS, replace(USERS, keys=(*USERS.keys, Key("k", elements)))) == []


def test_an_orphan_where_a_foreign_key_is_coming() -> None:
    teams = table("teams", column("id", INT, nullable=False, serial=True))
    key = ForeignKey("users_age", ("age",), TableName("public", "teams"), ("id",))
    [row] = rows(USERS, replace(USERS, foreign_keys=(key,)), teams)
    assert (row.kind, row.columns, row.constraint) == ("orphan", ("age",), key)
    assert row.why == "users.age is 2147483640, and there is no such row in teams"
    pending = replace(USERS, foreign_keys=(replace(key, validated=False),))
    assert rows(pending, replace(USERS, foreign_keys=(key,)), teams) == []


def test_a_row_that_a_check_forbids() -> None:
    check = Check("c", "age >= 18", ("age",))
    [row] = rows(USERS, replace(USERS, checks=(check,)))
    assert (row.kind, row.columns, row.must_not) == ("check", ("age",), ("age >= 18",))
    assert rows(replace(USERS, checks=(check,)), replace(USERS, checks=(replace(check, name="other"),))) == []
    assert rows(USERS, replace(USERS, checks=(Check("c", "points > 0", ("points",)),))) == []


def test_two_rows_that_an_exclusion_forbids() -> None:
    exclusion = Exclusion("x", (("age", "="), ("mail", "=")))
    [row] = rows(USERS, replace(USERS, exclusions=(exclusion,)))
    assert (row.kind, row.rows) == ("exclusion", ({}, {"mail": Same(), "age": Same()}))


def test_of_partitions_with_the_constraint_of_their_table_one_is_enough() -> None:
    parent = TableName("public", "events")
    parts = [table(name, column("n", INT), holds_rows=False, parent=parent) for name in ("e1", "e2", "e3")]
    after = [replace(part, checks=(Check("c", "n > 0", ("n",)),)) for part in parts]
    found = hostile(tables(*parts), tables(*after), dialect="postgresql")
    assert [row.table.name for row in found] == ["e1"]


def enum(*labels: str) -> DataType:
    return DataType("enum", "mood", labels=labels)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (varchar(80), varchar(40), [("too long", "x" * 41)]),
        (TEXT, varchar(3), [("too long", "xxxx")]),
        (varchar(40), varchar(80), []),
        (varchar(40), TEXT, []),
        (BIG, INT, [("out of range", 2**31)]),
        (INT, BIG, []),
        (INT, DataType("integer", "integer unsigned", minimum=0, maximum=2**32 - 1), [("out of range", -1)]),
        (numeric(10, 2), numeric(8, 2), [("out of range", 10**6)]),
        (numeric(10, 4), numeric(12, 2), [("out of range", Decimal("1.001"))]),
        (numeric(8, 2), numeric(10, 2), []),
        (enum("a", "b", "c"), enum("a", "c"), [("label", "b")]),
        (enum("a"), enum("a", "b"), []),
        (TEXT, enum("a"), [("label", "no such label")]),
        (TEXT, INT, [("cast", "not a number"), ("cast", "")]),
        (TEXT, DataType("json", "jsonb"), [("cast", "{not json"), ("cast", "")]),
        (INT, TEXT, []),
    ],
)
def test_values_that_a_new_type_does_not_take(
    old: DataType, new: DataType, expected: list[tuple[str, object]]
) -> None:
    before, after = table("t", column("a", old)), table("t", column("a", new))
    found = rows(before, after)
    assert [(row.kind, row.rows[0]["a"]) for row in found] == expected
    assert all(row.constraint == Fits("a", new) for row in found)


def test_of_a_type_without_bounds_nobody_makes_a_gigabyte() -> None:
    long, longer = varchar(2**24 - 1), varchar(2**32 - 1)
    assert rows(table("t", column("a", longer)), table("t", column("a", long))) == []


def test_tables_that_are_new_or_gone_or_take_no_rows() -> None:
    other = table("other", column("a", nullable=False))
    assert rows(USERS, other) == []
    closed = replace(USERS, takes_rows=False)
    assert rows(closed, with_column(closed, column("mail", nullable=False))) == []
