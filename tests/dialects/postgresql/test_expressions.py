"""Conditions without the casts that cannot matter; the server is the judge of what can."""

from __future__ import annotations

import itertools
import random

import psycopg
import pytest

from migcheck.dialects.postgresql import databases
from migcheck.dialects.postgresql.expressions import comparable
from migcheck.providers import Server

TYPES = {
    "a": "integer",
    "b": "bigint",
    "s": "smallint",
    "n": "numeric(12,2)",
    "t": "text",
    "v": "character varying(20)",
    "f": "double precision",
    'odd "one"': "integer",
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CHECK ((a > 0))", "CHECK (((a)::numeric > (0)::numeric))"),
        ("CHECK ((a > 0))", "CHECK (((a)::double precision > (0)::double precision))"),
        ("(a > '-1'::integer)", "((a)::numeric > ('-1'::integer)::numeric)"),
        ("(a > '-1'::integer)", "(a > -1)"),
        ("(s < b)", "((s)::numeric < (b)::numeric)"),
        ("(n >= 0.50)", "((n)::numeric >= '0.5'::numeric)"),
        ("((a + b) > 0)", "(((a)::numeric + (b)::numeric) > (0)::numeric)"),
        ("(COALESCE(a, 0) > 0)", "(COALESCE((a)::numeric, (0)::numeric) > (0)::numeric)"),
        ("(a = ANY (ARRAY[1, 2]))", "((a)::numeric = ANY (ARRAY[(1)::numeric, (2)::numeric]))"),
        ("((a >= 0) AND (a <= 9))", "(((a)::numeric >= (0)::numeric) AND ((a)::numeric <= (9)::numeric))"),
        ('("odd ""one""" > 0)', '(("odd ""one""")::numeric > (0)::numeric)'),
        ("(t = ('x'::character varying)::text)", "(t = 'x'::text)"),
        ("((v)::text = ANY (ARRAY[('x'::character varying)::text]))", "((v)::text = ANY (ARRAY['x'::text]))"),
    ],
)
def test_casts_that_cannot_matter(first: str, second: str) -> None:
    assert comparable(first, TYPES) is not None
    assert comparable(first, TYPES) == comparable(second, TYPES)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(a > 0)", "(a > 1)"),
        ("(a > 0)", "(a >= 0)"),
        ("(a > 0)", "(b > 0)"),
        ("(a > 0)", "(0 > a)"),
        ("(a > 1)", "((a)::numeric > 1.5)"),
        ("((a / 2) > 1)", "(((a)::numeric / (2)::numeric) > (1)::numeric)"),
        ("((a % 2) > 1)", "(((a)::numeric % (2)::numeric) > (1)::numeric)"),
        ("(n > (1)::numeric)", "((n)::integer > 1)"),
        ("(n > (1)::numeric)", "((n)::numeric(12,0) > (1)::numeric)"),
        ("(n > 0.5)", "((n)::double precision > (0.5)::double precision)"),
        ("(b > 0)", "((b)::double precision > (0)::double precision)"),
        ("(f > (0)::double precision)", "((f)::numeric > (0)::numeric)"),
        ("(a > 0)", "((a)::smallint > 0)"),
        ("(a > 0)", "((a)::text > '0'::text)"),
        ("(a > 0)", "(unknown > 0)"),
        ("((a > 0) AND (b > 0))", "((a > 0) OR (b > 0))"),
        ("(a = ANY (ARRAY[1, 2]))", "(a = ANY (ARRAY[1, 3]))"),
        ("(a = ANY (ARRAY[1, 2]))", "(a = ALL (ARRAY[1, 2]))"),
        ("(a = ANY (ARRAY[1, 2]))", "(a <> ANY (ARRAY[1, 2]))"),
        ("((a - b) > 0)", "((b - a) > 0)"),
        ("((a + b) > 0)", "((a * b) > 0)"),
        ("(COALESCE(a, 0) > 0)", "(COALESCE(a, 1) > 0)"),
        ("(t = 'x'::text)", "(t = 'X'::text)"),
        ("(t = 'x'::text)", "(t = ('x'::character varying(1))::text)"),
        ("(t = 'x '::text)", "(t = ('x '::bpchar)::text)"),
        ("(t = ANY ((SELECT 1)))", "(t = ANY (SELECT 1))"),
        ("(a > 0) AND (b > 0)", "((a > 0) AND b > 0)"),
    ],
)
def test_what_may_matter(first: str, second: str) -> None:
    assert comparable(first, TYPES) != comparable(second, TYPES)


@pytest.mark.parametrize("text", ["(a > 0", "a > 0)", "(a > 'x)", "([a)]"])
def test_what_cannot_be_read(text: str) -> None:
    assert comparable(text, TYPES) is None


def _operand(chance: random.Random, depth: int = 2) -> str:
    """A number, with and without casts that do and don't matter."""
    kind = chance.randrange(6 if depth else 3)
    if kind == 0:
        text = chance.choice(["a", "b", "s", "n"])
    elif kind == 1:
        text = chance.choice(["0", "1", "2", "'-1'::integer", "1.5", "0.50"])
    elif kind == 2:
        text = chance.choice(["a", "s", "1"])
    elif kind == 5:
        text = f"COALESCE({_operand(chance, 0)}, {_operand(chance, 0)})"
    else:
        operator = chance.choice(["+", "-", "*", "/"])
        text = f"({_operand(chance, depth - 1)} {operator} {_operand(chance, depth - 1)})"
    cast = chance.choice(["", "", "numeric", "bigint", "integer", "double precision", "numeric(12,1)"])
    return f"({text})::{cast}" if cast else text


def _conditions(chance: random.Random, count: int) -> list[str]:
    """Conditions made of few parts, so that many pairs of them look alike."""
    found = []
    for _ in range(count):
        operator = chance.choice(["=", "<", ">="])
        found.append(f"({_operand(chance)} {operator} {_operand(chance, 1)})")
    return found


def _outcomes(connection: psycopg.Connection[tuple[object, ...]], condition: str) -> list[object] | None:
    """What the condition says of each row; None where it fails."""
    try:
        return [row[0] for row in connection.execute(f"SELECT {condition} FROM numbers ORDER BY id")]  # type: ignore[arg-type, call-overload]
    except psycopg.Error:
        return None


def test_what_is_comparable_holds_for_the_same_rows(server: Server, database: str) -> None:
    conditions = _conditions(random.Random(1), 6000)
    alike: dict[object, set[str]] = {}
    for condition in conditions:
        alike.setdefault(comparable(condition, TYPES), set()).add(condition)
    pairs = [sorted(group) for group in alike.values() if len(group) > 1]
    assert sum(len(group) for group in pairs) > 300
    values = list(
        itertools.product((None, -1, 0, 1, 2), (None, -1, 1, 3), (0, 1, 2), (None, -1, 0.5, 1.5, 2))
    )
    with databases.connect(server.address, database) as connection:
        connection.execute(
            "CREATE TABLE numbers (id serial, a integer, b bigint, s smallint, n numeric(12,2))"
        )
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO numbers (a, b, s, n) VALUES (%s, %s, %s, %s)", values)
        for group in pairs:
            outcomes = {tuple(found) for text in group if (found := _outcomes(connection, text)) is not None}
            assert len(outcomes) <= 1, group
