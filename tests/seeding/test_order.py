"""The order in which tables are filled: those first to which others refer, cycles together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migcheck.model.tables import ForeignKey, Table, TableName
from migcheck.seeding.order import groups
from tests.seeding.tables import INT, column, table, tables


def made(name: str, hard: str = "", soft: str = "") -> Table:
    """A table that refers to others (one letter each) by columns that may not, or may, be NULL."""
    columns = [column("id", INT, nullable=False)]
    keys = []
    for others, nullable in ((hard, False), (soft, True)):
        for other in others:
            columns.append(column(f"{other}_id", INT, nullable=nullable))
            keys.append(ForeignKey(f"f_{other}", (f"{other}_id",), TableName("public", other), ("id",)))
    return table(name, *columns, foreign_keys=tuple(keys))


def order(*each: Table) -> list[str]:
    every = tables(*each)
    return ["".join(name.name for name in group) for group in groups(every, every)]


def test_parents_come_first() -> None:
    assert order(made("a", hard="b"), made("b", hard="c"), made("c")) == ["c", "b", "a"]


def test_a_reference_to_itself_is_no_cycle() -> None:
    assert order(made("a", hard="a"), made("b", soft="b")) == ["a", "b"]


def test_a_cycle_of_hard_references_is_filled_together() -> None:
    cycle = made("a", hard="b"), made("b", hard="c"), made("c", hard="a")
    assert order(*cycle, made("d", hard="b")) == ["abc", "d"]


def test_a_cycle_is_cut_where_null_may_be() -> None:
    assert order(made("a", hard="b"), made("b", soft="a")) == ["b", "a"]
    assert order(made("a", soft="b"), made("b")) == ["b", "a"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=14))
def test_every_table_is_filled_once_and_after_what_it_needs(edges: list[tuple[str, str, bool]]) -> None:
    hard, soft = (
        {name: {b for a, b, is_hard in edges if a == name and is_hard is kind} for name in "abcdef"}
        for kind in (True, False)
    )
    words = ((name, sorted(hard[name]), sorted(soft[name] - hard[name])) for name in "abcdef")
    found = order(*(made(name, "".join(must), "".join(may)) for name, must, may in words))
    assert sorted("".join(found)) == list("abcdef")
    place = {name: number for number, group in enumerate(found) for name in group}
    assert all(place[other] <= place[name] for name in "abcdef" for other in hard[name])
