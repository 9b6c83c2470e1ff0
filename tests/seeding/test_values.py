"""Values fit their type, differ where it has room, and are the same for the same seed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.model.tables import DataType, Value
from migcheck.seeding.refused import Unsolvable
from migcheck.seeding.values import edges, plain
from tests.seeding.tables import BIG, INT, TEXT, numeric, varchar

NAMES = st.sampled_from(["email", "name", "country_code", "note", "x", "zip", "url", "token"])
NUMBERS = st.integers(0, 5_000)


@given(NAMES, st.integers(1, 200), NUMBERS)
def test_texts_are_no_longer_than_their_type(name: str, length: int, number: int) -> None:
    kind = varchar(length)
    values = [plain(name, kind, number, "s"), *edges(name, kind)]
    assert all(isinstance(value, str) and len(value) <= length for value in values)
    fixed = DataType("text", f"character({length})", length=length, fixed=True)
    assert len(str(plain(name, fixed, number, "s"))) == length


@given(st.integers(1, 30), st.integers(0, 10), NUMBERS)
def test_decimals_fit_precision_and_scale(digits: int, scale: int, number: int) -> None:
    kind = numeric(digits + scale, scale)
    for value in (plain("n", kind, number, "s"), *edges("n", kind)):
        assert isinstance(value, (int, Decimal))
        assert abs(Decimal(value)) < 10**digits
        assert -scale <= int(Decimal(value).as_tuple().exponent)


@pytest.mark.parametrize("kind", [INT, BIG, DataType("integer", "smallint", minimum=-32768, maximum=32767),
                                  DataType("integer", "tinyint", minimum=-128, maximum=127)])  # fmt: skip
@given(number=st.integers(0, 10**7))
def test_integers_are_within_their_bounds(kind: DataType, number: int) -> None:
    values = [plain("n", kind, number, "s"), *edges("n", kind)]
    assert kind.minimum is not None
    assert kind.maximum is not None
    assert all(isinstance(value, int) and kind.minimum <= value <= kind.maximum for value in values)


ROOMY = [
    INT, BIG, TEXT, varchar(40), varchar(8), numeric(10, 2), DataType("uuid", "uuid"),
    DataType("timestamp", "timestamp with time zone", precision=6, with_timezone=True),
    DataType("date", "date"), DataType("json", "jsonb"), DataType("bytes", "bytea"),
    DataType("network", "inet"), DataType("network", "cidr"),
    DataType("network", "macaddr"), DataType("bits", "bit(16)", length=16, fixed=True),
    DataType("interval", "interval"), DataType("array", "integer[]", element=INT),
    DataType("range", "int4range", element=INT), DataType("multirange", "int4multirange", element=INT),
    DataType("range", "daterange", element=DataType("date", "date")),
    DataType("composite", "pair", fields=(("a", INT), ("b", TEXT))),
]  # fmt: skip


@pytest.mark.parametrize("kind", ROOMY, ids=lambda kind: kind.sql)
@pytest.mark.parametrize("name", ["email", "name", "value"])
def test_a_thousand_values_are_a_thousand_different_ones(kind: DataType, name: str) -> None:
    values = [plain(name, kind, number, "s") for number in range(1_000)]
    assert len(set(values)) == len(values)
    assert values == [plain(name, kind, number, "s") for number in range(1_000)]


def test_another_seed_gives_other_texts() -> None:
    def texts(seed: str) -> list[Value]:
        return [plain("name", TEXT, number, seed) for number in range(20)]

    assert texts("1") != texts("2")


def test_labels_come_in_turn_and_a_type_without_any_has_no_value() -> None:
    kind = DataType("enum", "mood", labels=("a", "b"))
    assert [plain("k", kind, number, "s") for number in range(3)] == ["a", "b", "a"]
    with pytest.raises(Unsolvable, match="mood has no label"):
        plain("k", DataType("enum", "mood"), 0, "s")


@pytest.mark.parametrize("sql", ["geography", "custom.thing"])
def test_a_type_that_nobody_knows_has_no_value(sql: str) -> None:
    with pytest.raises(Unsolvable, match="no value of the type"):
        plain("k", DataType("other", sql), 0, "s")


def test_a_long_text_is_not_made_of_gigabytes() -> None:
    longest = edges("body", varchar(2**32 - 1))[0]
    assert isinstance(longest, str)
    assert len(longest) == 2_000
