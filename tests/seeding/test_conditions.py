"""Conditions of CHECKs: their value for a row is the server's, and rows are found for which they hold."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.dialects.postgresql.connection import connect
from migcheck.model.tables import DataType, Value
from migcheck.providers import Server
from migcheck.seeding.conditions import Condition, Unknown, parse, solve

TYPES = {
    "a": DataType("integer", "integer", minimum=-(2**31), maximum=2**31 - 1),
    "b": DataType("integer", "integer", minimum=-(2**31), maximum=2**31 - 1),
    "n": DataType("decimal", "numeric(10,2)", precision=10, scale=2),
    "t": DataType("text", "text"),
    "code": DataType("text", "character varying(12)", length=12),
    "flag": DataType("boolean", "boolean"),
    "day": DataType("date", "date"),
    "at": DataType("timestamp", "timestamp without time zone", precision=6),
    "doc": DataType("json", "jsonb"),
    "tags": DataType("array", "text[]", element=DataType("text", "text")),
}
ROWS: tuple[dict[str, Value], ...] = (
    dict.fromkeys(TYPES),
    {"a": 1, "b": 2, "n": Decimal("1.50"), "t": "Ann@example.org", "code": "AB-12", "flag": True,
     "day": "2020-06-15", "at": "2020-06-15 12:00:00", "doc": '{"k": 1}', "tags": "{a,b}"},
    {"a": -5, "b": -5, "n": Decimal("0.00"), "t": "", "code": "", "flag": False,
     "day": "1999-12-31", "at": "2999-12-31 23:59:59", "doc": "[1]", "tags": "{}"},
    {"a": 2**31 - 1, "b": 0, "n": Decimal("-9999999.99"), "t": "100% o_k", "code": "x" * 12, "flag": None,
     "day": "2024-02-29", "at": None, "doc": '"a"', "tags": "{a}"},
)  # fmt: skip
# As PostgreSQL writes them (pg_get_expr), and as people do.
CONDITIONS = (
    "a > 0", "a >= b", "a <> b", "a = 1 OR b = 2", "NOT (a > 0 AND b > 0)", "a BETWEEN 1 AND 10",
    "a NOT BETWEEN -10 AND 0", "a IN (1, 2, 3)", "a NOT IN (1, 2)", "a IS NULL OR a > 0", "a IS NOT NULL",
    "a + b * 2 > 3", "a % 2 = 0", "abs(a) < 100", "-a < 0", "a IS DISTINCT FROM b",
    "a IS NOT DISTINCT FROM b",
    "n > 0", "n <= (10)::numeric", "(n * 100::numeric) > 5::numeric", "round(1.5) = 2 OR n = 1",
    "length(t) > 3", "char_length(code) <= 12", "t <> ''::text", "t ~ '^[A-Za-z0-9._%+-]+@[a-z]+'",
    "t ~~ '%@%'", "t LIKE '_nn%'", "t ILIKE 'ANN%'", "t !~ '[0-9]'", "lower(t) = t", "upper(code) = code",
    "code ~ '^[A-Z]{2}-[0-9]{2}$'", "btrim(t) <> ''", "position('@' in t) > 1", "t || code <> ''",
    "code SIMILAR TO '[A-Z]{2}-[0-9]{2}'",
    "(code)::text = ANY (ARRAY['AB-12'::character varying, 'x'::character varying]::text[])",
    "a = ANY (ARRAY[1, 2, 3])", "a <> ALL (ARRAY[1, 2])",
    "flag", "NOT flag", "flag IS TRUE", "flag = (a > 0)", "flag OR a > 0", "flag IS NOT TRUE",
    "day > '2000-01-01'::date", "at >= '2020-06-15'::timestamp", "day < (at)::date", "at < day::timestamp",
    "date_part('year', day) > 2000", "extract(year FROM at) = 2020", "day + '1 day'::interval > day",
    "jsonb_typeof(doc) = 'object'", "cardinality(tags) > 0", "array_length(tags, 1) >= 1",
    "num_nonnulls(a, b, t) = 3", "coalesce(a, 0) >= 0", "CASE WHEN flag THEN a > 0 ELSE b <= 0 END",
    "nullif(t, '') IS NOT NULL", "octet_length(t) < 20", "((a > 0) AND ((b > 0) OR (t IS NULL)))",
)  # fmt: skip


def value(condition: str, row: dict[str, Value]) -> bool | str | None:
    try:
        return parse(condition, "postgresql").holds(row)
    except Unknown:
        return "unknown"


@pytest.fixture(scope="module")
def session(server: Server) -> Any:
    with connect(server.address, server.address.database) as connection:
        yield connection


def asked(connection: psycopg.Connection[Any], condition: str, row: dict[str, Value]) -> bool | None:
    columns = ", ".join(f"%s::{TYPES[name].sql} AS {name}" for name in TYPES)
    values = [str(row[name]) if row[name] is not None else None for name in TYPES]
    query = f"SELECT {condition.replace('%', '%%')} FROM (SELECT {columns}) AS r"
    return connection.execute(query.encode(), values).fetchone()[0]  # type: ignore[index,no-any-return]


def test_what_is_known_of_a_condition_is_what_the_server_says(session: psycopg.Connection[Any]) -> None:
    wrong, known = [], 0
    for condition in CONDITIONS:
        for row in ROWS:
            mine = value(condition, row)
            if mine == "unknown":
                continue
            known += 1
            if mine is not asked(session, condition, row):
                wrong.append((condition, row, mine))
    assert wrong == []
    assert known > 0.9 * len(CONDITIONS) * len(ROWS)


def found(
    conditions: list[str], row: dict[str, Value], violate: str | None = None, seed: int = 0
) -> dict[str, Value] | None:
    parsed = [parse(each, "postgresql") for each in conditions]
    broken = parse(violate, "postgresql") if violate is not None else None
    change = solve(parsed, row, TYPES, list(row), random.Random(seed), violate=broken)
    return None if change is None else {**row, **change}


@pytest.mark.parametrize("condition", [each for each in CONDITIONS if "round" not in each])
def test_a_row_is_found_for_each_condition_that_can_hold(
    condition: str, session: psycopg.Connection[Any]
) -> None:
    solved = found([condition], ROWS[2])
    assert solved is not None
    assert asked(session, condition, solved) is not False


@pytest.mark.parametrize("condition", ["a > 0", "a BETWEEN 1 AND 10", "t ~ '^[a-z]+$'", "length(code) = 5",
                                       "a >= b", "t IN ('x', 'y')", "n > 0", "day < at", "flag"])  # fmt: skip
def test_a_row_is_found_that_breaks_one_and_keeps_the_others(
    condition: str, session: psycopg.Connection[Any]
) -> None:
    others = ["a IS NOT NULL", "t IS NOT NULL", "b < 100"]
    broken = found(others, ROWS[1], violate=condition)
    assert broken is not None
    assert asked(session, condition, broken) is False
    assert all(asked(session, other, broken) for other in others)


@pytest.mark.parametrize(
    "conditions",
    [
        ["a > 10", "a < 12"],
        ["a > b", "b > 5", "a < 9"],
        ["(flag AND a > 0) OR (NOT flag AND a < 0)", "flag IS NOT NULL", "a <> 1"],
        ["day > '2010-01-01'", "at > day", "at IS NOT NULL"],
        ["t LIKE 'A%'", "length(t) = 5"],
        ["n > 1", "n < 1.5"],
    ],
)
def test_several_conditions_together(conditions: list[str], session: psycopg.Connection[Any]) -> None:
    solved = found(conditions, ROWS[1])
    assert solved is not None
    assert all(asked(session, each, solved) is not False for each in conditions)


def test_the_past_is_found_for_what_has_to_be_before_now(session: psycopg.Connection[Any]) -> None:
    condition = "at < now() - '3 days'::interval"
    solved = found([condition, "at IS NOT NULL"], ROWS[2])
    assert solved is not None
    assert asked(session, condition, solved) is True


def test_what_cannot_be_is_not_found() -> None:
    assert found(["a > 5", "a < 5"], {"a": 1}) in (None, {"a": None})
    assert found(["a > 5", "a < 5", "a IS NOT NULL"], {"a": 1}) is None
    assert found([], {"a": 1}, violate="is_even(a)") is None


@pytest.mark.parametrize("sql", ["is_coupon(t)", "a ??? b", "EXISTS (SELECT 1)", "a IN (SELECT 1)", ""])
def test_what_only_the_server_knows_is_unknown_and_taken_to_hold(sql: str) -> None:
    assert value(sql, ROWS[1]) == "unknown"
    assert found([sql], ROWS[1]) == ROWS[1]


def test_names_of_columns_that_a_condition_needs() -> None:
    assert parse('"Odd Name" > 0 AND b IS NULL', "postgresql").columns == {"Odd Name", "b"}
    assert isinstance(parse("((", "postgresql"), Condition)
    assert parse("((", "postgresql").columns == frozenset()


SMALL = st.integers(-20, 20)
OPERATORS = st.sampled_from(["<", "<=", "=", ">=", ">", "<>"])
COMPARISONS = st.builds("{} {} {}".format, st.sampled_from("ab"), OPERATORS, SMALL)
CONJUNCTIONS = st.lists(COMPARISONS, min_size=1, max_size=3).map(" AND ".join)


@given(CONJUNCTIONS, SMALL, SMALL, st.integers(0, 5))
def test_what_is_found_satisfies_all(condition: str, a: int, b: int, seed: int) -> None:
    solved = found([condition, "a IS NOT NULL", "b IS NOT NULL"], {"a": a, "b": b}, seed=seed)
    possible = any(
        parse(condition, "postgresql").holds({"a": x, "b": y}) for x in range(-22, 23) for y in range(-22, 23)
    )
    if solved is not None:
        assert parse(condition, "postgresql").holds(solved) is True
    assert possible or solved is None


@given(CONJUNCTIONS, SMALL, SMALL)
def test_what_violates_is_false(condition: str, a: int, b: int) -> None:
    broken = found([], {"a": a, "b": b}, violate=condition)
    if broken is not None:
        assert parse(condition, "postgresql").holds(broken) is False
