"""Rows in reports: what was there and what it became, safe whatever the values are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.model import FindingRow
from tests.reporters.reports import finding, report, result
from tests.reporters.test_json import document
from tests.reporters.test_terminal import rendered


def shown(*rows: FindingRow, **presentation: int) -> list[str]:
    """The lines of evidence of a finding that has these rows."""
    text = rendered(report(findings=(finding("MC303", rows=rows),)), **presentation)
    return [line.removeprefix("   | ") for line in text.split("\n") if line.startswith("   | ")]


def row(number: int, value: str | None = "a") -> tuple[tuple[str, str | None], ...]:
    return (("id", str(number)), ("name", value), ("kind", "k"))


def test_a_row_that_breaks_something_is_shown_whole() -> None:
    assert shown(FindingRow("public.t", row(1, None), None, "t.name is NULL")) == [
        "  public.t: id = '1', name = NULL, kind = 'k'"
    ]


@pytest.mark.parametrize("why", ["gone", "gone with its table", "its column is gone"])
def test_a_row_that_is_gone_and_one_that_came(why: str) -> None:
    assert shown(FindingRow("t", row(1), None, why)) == ["- t: id = '1', name = 'a', kind = 'k'"]
    assert shown(FindingRow("t", None, row(2), "rows added")) == ["+ t: id = '2', name = 'a', kind = 'k'"]


def test_of_a_row_that_changed_only_what_tells_it_and_what_changed() -> None:
    assert shown(FindingRow("t", row(1), row(1, "b"), "values changed")) == [
        "- t: id = '1', name = 'a'",
        "+ t: id = '1', name = 'b'",
    ]


def test_of_many_rows_and_long_values_the_beginning_and_with_v_all() -> None:
    rows = [FindingRow("t", row(number, "x" * 100), None, "gone") for number in range(5)]
    brief, whole = shown(*rows), shown(*rows, verbose=1)
    assert brief[-1] == "... 2 more rows, -v shows all"
    assert "x" * 37 + "...'" in brief[0]
    assert len(whole) == 5
    assert all("x" * 100 in line for line in whole)


@given(st.text())
def test_a_value_never_breaks_out_of_its_line(value: str) -> None:
    [line] = shown(FindingRow("t", row(1, value), None, "gone"), verbose=1)
    assert line.startswith("- t: id = '1', name = ")
    assert line.endswith(", kind = 'k'")


def test_rows_as_json() -> None:
    rows = (FindingRow("public.t", row(1, None), row(1, "<b>\x1b"), "values changed"),)
    [found] = document(report(findings=(finding("MC303", rows=rows),)))["findings"]
    assert found["rows"] == [
        {
            "table": "public.t",
            "row": {"id": "1", "name": None, "kind": "k"},
            "after": {"id": "1", "name": "<b>\x1b", "kind": "k"},
            "why": "values changed",
        }
    ]
    assert document(report(findings=(finding(),)))["findings"][0]["rows"] is None


def test_the_steps_that_take_long_on_rows_are_named() -> None:
    quick, slow = (
        replace(result(name, "d"), rows_seeded=200_000, seconds_with_rows=steps)
        for name, steps in (("a1", (("upgrade", 0.2),)), ("b2", (("upgrade", 3.25), ("downgrade", 0.1))))
    )
    of = report(revisions=(quick, slow))
    told = "longest on rows\n  b2 upgrade: 3.25 s, 200000 rows in the database\n"
    assert f"{told}\n" in rendered(of)
    assert f"{told}  a1 upgrade: 0.20 s" in rendered(of, verbose=1)
    assert "longest" not in rendered(report(revisions=(quick,)))
    assert document(of)["revisions"][1]["seconds_with_rows"] == {"upgrade": 3.25, "downgrade": 0.1}
