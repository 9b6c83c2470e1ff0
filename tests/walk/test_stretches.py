"""Where the stretches of a walk with rows begin."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from migcheck.walk.data.stretches import _LENGTH, positions


@given(
    st.integers(0, 500), st.integers(1, 2000), st.lists(st.tuples(st.integers(0, 2500), st.integers(2, 6)))
)
def test_they_cover_all_and_part_no_company(start: int, length: int, made: list[tuple[int, int]]) -> None:
    end = start + length
    companies = [(max(first, start), min(first + size, end)) for first, size in made if start <= first < end]
    found = positions(start, end, companies)
    assert found[0] == start and found[-1] == end
    assert all(one < other for one, other in pairwise(found))
    assert not any(first < cut < last for cut in found for first, last in companies)


def test_they_are_about_equal() -> None:
    assert positions(0, 149, []) == [0, 149]
    assert positions(0, 200, []) == [0, 100, 200]
    assert positions(50, 380, []) == [50, 160, 270, 380]
    assert positions(0, 200, [(98, 102)]) == [0, 200]
    assert _LENGTH == 100
