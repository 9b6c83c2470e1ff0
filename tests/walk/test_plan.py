"""Which revisions are walked, and what hangs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.errors import UsageError
from migcheck.model import History, RevisionInfo
from migcheck.walk import plan


def _info(revision: str, *parents: str, depends_on: tuple[str, ...] = ()) -> RevisionInfo:
    return RevisionInfo(revision, parents, depends_on, (), "", f"{revision}.py", 1, 5)


DIAMOND = History(
    (
        _info("a"),
        _info("b", "a"),
        _info("c", "a"),
        _info("d", "b", "c"),
        _info("x"),
        _info("y", "x", depends_on=("b",)),
    ),
    heads=("d", "y"),
    bases=("a", "x"),
)


@pytest.mark.parametrize(
    ("revision", "expected"), [("a", "bcdy"), ("b", "dy"), ("c", "d"), ("d", ""), ("x", "y")]
)
def test_descendants_follow_parents_and_dependencies(revision: str, expected: str) -> None:
    assert plan.descendants(DIAMOND, revision) == set(expected)


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        (None, (0, 4)),
        (":", (0, 4)),
        ("base:heads", (0, 4)),
        ("ab12:", (1, 4)),
        (":cd", (0, 3)),
        ("ab12:cd34", (1, 3)),
        ("ab:b", (1, 2)),
    ],
)
def test_a_range_begins_after_its_first_and_ends_with_its_last(
    revisions: str | None, expected: tuple[int, int]
) -> None:
    order = ["ab12", "bc23", "cd34", "de45"]
    assert plan.cut(order, plan.Part(revisions), DIAMOND, frozenset()) == (order, *expected)


@pytest.mark.parametrize(("last", "start"), [(1, 5), (6, 0), (100, 0)])
def test_the_last_revisions_are_those_before_the_end(last: int, start: int) -> None:
    assert plan.cut(list("abcdxy"), plan.Part(last=last), DIAMOND, frozenset()) == (list("abcdxy"), start, 6)


@pytest.mark.parametrize(
    ("touched", "first", "chosen"),
    [("", "abcdxy", ""), ("y", "abcdx", "y"), ("b", "acx", "bdy"), ("c", "abxy", "cd"), ("x", "abcd", "xy")],
)
def test_what_changed_is_verified_with_all_that_stands_on_it_and_nothing_else(
    touched: str, first: str, chosen: str
) -> None:
    part = plan.Part(since="origin/main")
    order, start, end = plan.cut(list("abcdxy"), part, DIAMOND, frozenset(touched))
    assert ("".join(order[:start]), "".join(order[start:end]), end) == (first, chosen, 6)


@pytest.mark.parametrize(
    ("revisions", "says"),
    [
        ("zz:", "no revision zz"),
        (":a", "fits several revisions: a1, a2"),
        ("a2:a1", "nothing there"),
        ("head:", "no revision"),
    ],
)
def test_a_range_that_is_none_is_refused(revisions: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        plan.cut(["a1", "a2"], plan.Part(revisions), DIAMOND, frozenset())


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 12))
def test_segments_cover_every_stretch_of_two_and_never_a_floor(undoable: list[bool], first: int) -> None:
    order = [str(number) for number in range(len(undoable))]
    clean = {revision for revision, good in zip(order, undoable, strict=True) if good}
    first = min(first, len(order))
    found = plan.segments(order, clean, first)
    covered = {order[position] for start, end in found for position in range(start, end)}
    assert covered <= clean
    assert all(start >= first for start, _ in found)
    assert found == sorted(found, reverse=True)
    for position in range(first, len(order) - 1):
        if undoable[position] and undoable[position + 1]:
            assert {order[position], order[position + 1]} <= covered


def test_a_history_of_one_revision_has_a_way_down_too() -> None:
    assert plan.segments(["a"], {"a"}, 0) == [(0, 1)]
