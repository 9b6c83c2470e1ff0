"""Where a long history is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.walk.ahead import cuts


@pytest.mark.parametrize(
    ("start", "end", "jobs", "expected"),
    [(0, 500, 1, []), (0, 26, 8, []), (0, 30, 8, [17]), (0, 500, 2, [281]), (400, 500, 2, [456])],
)
def test_a_short_history_or_one_job_is_not_cut(start: int, end: int, jobs: int, expected: list[int]) -> None:
    assert cuts(start, end, jobs) == expected


@given(st.integers(0, 1000), st.integers(1, 3000), st.integers(1, 64))
def test_parts_are_not_empty_and_get_shorter(start: int, length: int, jobs: int) -> None:
    places = [start, *cuts(start, start + length, jobs), start + length]
    lengths = [after - before for before, after in pairwise(places)]
    assert min(lengths) >= min(length, 11) and len(lengths) <= jobs
    assert all(after <= before + 1 for before, after in pairwise(lengths))  # rounding
