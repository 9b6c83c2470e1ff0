"""Reports that belong together become one; those that don't are refused."""

from __future__ import annotations

from typing import Any

import pytest

from migcheck import Report
from migcheck.errors import UsageError
from migcheck.merging import merged
from migcheck.model import Skip, Target
from migcheck.model.report import left_to_the_last
from tests.reporters.reports import finding, report, result


def shard(number: int, of: int = 2, **changes: Any) -> Report:
    return report(shard=(number, of), revisions=(result(f"r{number}", f"number {number}"),), **changes)


def test_revisions_findings_and_notes_are_those_of_all() -> None:
    first = shard(
        1, findings=(finding("MC204", revision="r1"),), exit_code=1, seconds=1.5, notes=("slow", "a")
    )
    whole = (finding("MC102", revision=None, line=None),)  # both see that the history is broken
    second = shard(2, findings=whole, notes=("slow",), started_at="2026-01-31T11:00:00Z")
    one = merged([second, shard(1, findings=(*first.findings, *whole), exit_code=1, notes=first.notes)], "ba")
    assert [r.info.revision for r in one.revisions] == ["r1", "r2"]
    assert [f.code for f in one.findings] == ["MC204", "MC102"]
    assert one.notes == ("slow", "a")
    assert (one.exit_code, one.shard, one.started_at) == (1, None, "2026-01-31T11:00:00Z")
    assert one.seconds == round(2 * 3.2149, 3)


def test_a_check_was_skipped_where_no_shard_did_it() -> None:
    elsewhere = left_to_the_last(2)
    one = merged(
        [
            shard(1, skipped=(Skip("MC206", None, elsewhere), Skip("MC401", None, elsewhere))),
            shard(2, skipped=(Skip("MC401", None, "no models"), Skip("MC304", "r2", "why"))),
        ],
        "ab",
    )
    assert one.skipped == (Skip("MC401", None, "no models"), Skip("MC304", "r2", "why"))


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([report()], "a is a whole report"),
        ([shard(1), report()], "b is a whole report"),
        ([shard(1)], "shard 2/2 is missing"),
        ([shard(2, 4), shard(3, 4)], "shard 1/4, 4/4 is missing"),
        ([shard(1), shard(1)], "b and a are both of shard 1/2"),
        ([shard(1, whole="0a"), shard(2, whole="0b")], "b and a are not stretches of the same revisions"),
        ([shard(1), shard(2, 3)], "b is of one of 3 shards, a of one of 2"),
        (
            [shard(1), shard(2, targets=(Target("alembic.ini", "postgresql", "17.1", "local"),))],
            "are not of one run",
        ),
    ],
)
def test_what_does_not_belong_together_is_refused(reports: list[Report], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        merged(reports, "abc"[: len(reports)])
    assert said in raised.value.message
    assert raised.value.hint
