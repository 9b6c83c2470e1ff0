"""judge: selection, severities, acknowledgements, order, what was not judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from migcheck.checks import exit_code, judge
from migcheck.model import (
    BaselineEntry,
    Drift,
    Evidence,
    Idempotence,
    Level,
    OneShot,
    Severity,
    StepError,
    WayDown,
)
from migcheck.model.data import DataEvidence
from tests.checks.by_hand import ENUM, INDEX_TEXT, ORDER, added, evidence, honest, removed

INDEX = removed("index", "public.ix_t_a", INDEX_TEXT)
PASSES = {
    "ways_down": (WayDown("r2", (Level("r2", ()), Level("r1", ()))),),
    "idempotence": Idempotence((), ()),
    "one_shot": OneShot(()),
    "drift": Drift(()),
    "data": DataEvidence(()),
}
FAULTY = evidence(honest("r1", reverted=(INDEX, ENUM)), honest("r2", reverted=(ORDER, ENUM)), **PASSES)
HONEST = evidence(honest("r1"), honest("r2"), **PASSES)


def where(findings):  # type: ignore[no-untyped-def]
    return [(f.revision, f.code, f.differences[0].object_type if f.differences else None) for f in findings]


def commented(text: str) -> dict[str, str]:
    """The source of r1 with `text` on line 1 and calls where the evidence by hand has them."""
    lines = [text, *[""] * 8, "def upgrade():", "    a()", *[""] * 7, "", "def downgrade():", "    b()"]
    return {"/h/r1.py": "\n".join(lines)}


def test_an_honest_history_gives_nothing_at_all() -> None:
    assert judge(HONEST) == ((), (), ())


def test_findings_are_sorted_by_revision_code_and_object() -> None:
    assert where(judge(FAULTY).findings) == [
        ("r1", "MC204", "index"),
        ("r1", "MC204", "type"),
        ("r2", "MC204", "type"),
        ("r2", "MC209", "table"),
    ]


def test_a_finding_of_two_targets_is_reported_once() -> None:
    assert judge([FAULTY, FAULTY]) == judge(FAULTY)


@pytest.mark.parametrize("select", [("MC209",), ("mc209",), ("MC1", "MC209")])
def test_only_what_is_selected_runs(select: tuple[str, ...]) -> None:
    assert where(judge(FAULTY, select=select).findings) == [("r2", "MC209", "table")]


def test_what_is_ignored_is_kept_apart() -> None:
    result = judge(FAULTY, ignore=("MC204",))
    assert where(result.findings) == [("r2", "MC209", "table")]
    assert [(s.finding.code, s.by) for s in result.suppressed] == [("MC204", "config")] * 3


def test_severities_come_from_the_settings() -> None:
    result = judge(FAULTY, severity=(("MC204", "warning"),))
    assert {f.severity for f in result.findings if f.code == "MC204"} == {Severity.WARNING}


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_exit_codes_for_a_warning(fail_on: str, code: int) -> None:
    findings = judge(FAULTY, severity={"MC204": "warning"}).findings
    assert exit_code(findings, fail_on) == code
    assert exit_code((), fail_on) == 0
    assert exit_code(judge(FAULTY).findings, fail_on) == (fail_on != "never")


def test_a_comment_at_the_top_answers_for_the_whole_revision_and_no_other() -> None:
    sources = commented("# migcheck: ignore[MC204] rebuilt nightly")
    result = judge(FAULTY, sources=sources)
    assert where(result.findings) == [("r2", "MC204", "type"), ("r2", "MC209", "table")]
    assert [(s.finding.revision, s.reason, s.by) for s in result.suppressed] == [
        ("r1", "rebuilt nightly", "inline")
    ] * 2


def test_a_comment_on_a_line_answers_for_that_line() -> None:
    sources = commented("")
    # Neither object is named by a statement: both findings stand at `def downgrade`, line 20.
    sources["/h/r1.py"] = sources["/h/r1.py"].replace(
        "def downgrade():", "def downgrade():  # migcheck: ignore[MC204] ok"
    )
    assert [f.revision for f in judge(FAULTY, sources=sources).findings] == ["r2", "r2"]
    sources["/h/r1.py"] = (
        sources["/h/r1.py"]
        .replace("  # migcheck: ignore[MC204] ok", "")
        .replace("a()", "a()  # migcheck: ignore[MC204] elsewhere")
    )
    assert [f.code for f in judge(FAULTY, sources=sources).findings] == [
        "MC001",
        "MC204",
        "MC204",
        "MC204",
        "MC209",
    ]


def test_an_acknowledgement_that_nothing_needs_is_found() -> None:
    [found] = judge(HONEST, sources=commented("# migcheck: ignore[MC204,MC205] old")).findings
    assert (found.code, found.revision, found.line) == ("MC001", "r1", 1)
    assert "MC204 and MC205" in found.message


def test_what_is_still_needed_is_named() -> None:
    found = judge(FAULTY, sources=commented("# migcheck: ignore[MC204,MC205] old")).findings
    [unused] = [f for f in found if f.code == "MC001"]
    assert "acknowledgement of MC205" in unused.message
    assert "keep MC204" in unused.remedy


def test_nothing_is_unused_that_was_not_judged() -> None:
    sources = commented("# migcheck: ignore[MC204,MC207] old")
    not_reached = evidence(honest("r1", reverted=None, downgrade=None, reapplied=None), honest("r2"))
    assert judge(not_reached, sources=sources).findings == ()
    assert judge(HONEST, sources=sources, select=("MC0", "MC1")).findings == ()
    assert judge(HONEST, sources=sources, ignore=("MC204", "MC207")).findings == ()


def test_a_code_that_no_check_has_gets_a_suggestion() -> None:
    [found] = judge(HONEST, sources=commented("# migcheck: ignore[MC240] typo")).findings
    assert found.message == "there is no check MC240; did you mean MC204?"


def test_a_word_that_means_nothing_and_a_bare_ignore_are_found() -> None:
    [word] = judge(HONEST, sources=commented("# migcheck: ingore[MC204] typo")).findings
    assert "`# migcheck: ingore` means nothing" in word.message
    [bare] = judge(HONEST, sources=commented("# migcheck: ignore because")).findings
    assert "names no code" in bare.message


def test_a_missing_reason_is_found_and_the_comment_still_holds() -> None:
    result = judge(FAULTY, sources=commented("# migcheck: ignore[MC204]"))
    assert where(result.findings)[0] == ("r1", "MC002", None)
    assert len(result.suppressed) == 2
    [mark] = judge(HONEST, sources=commented("# migcheck: irreversible")).findings
    assert mark.code == "MC002"


def test_findings_about_comments_can_be_acknowledged_too() -> None:
    result = judge(HONEST, sources=commented("# migcheck: ignore[MC204,MC001] depends on the server"))
    assert result.findings == ()
    assert [s.finding.code for s in result.suppressed] == ["MC001"]


def test_passes_that_did_not_run_are_skipped_aloud() -> None:
    told = evidence(honest(), skipped=(("MC401", None, "env.py sets no target_metadata"),))
    skips = {skip.code: skip.reason for skip in judge(told).skipped}
    unreached = ("MC206", "MC207", "MC208", *(f"MC30{number}" for number in range(1, 9)))
    assert skips == {
        **dict.fromkeys(unreached, "the walk did not get that far"),
        "MC401": "env.py sets no target_metadata",
    }
    assert judge(told, select=("MC204",)).skipped == ()


def test_an_autogenerate_that_fails_is_a_skip_with_its_error() -> None:
    drift = Drift((), StepError("KeyError", "'users'"))
    [skip] = judge(evidence(honest("r1"), honest("r2"), **{**PASSES, "drift": drift})).skipped
    assert (skip.code, skip.reason) == ("MC401", "autogenerate failed: 'users'")


def test_the_same_evidence_gives_the_same_fingerprints() -> None:
    first, second = judge(FAULTY).findings, judge(FAULTY).findings
    assert [f.fingerprint for f in first] == [f.fingerprint for f in second]
    assert len({f.fingerprint for f in first}) == 4


def test_independent_branches_reach_the_check_of_heads() -> None:
    from migcheck.model import Evidence
    from tests.checks.by_hand import history, info

    forked = Evidence(history(info("one"), info("two")), ())
    assert [f.code for f in judge(forked).findings] == ["MC101"]
    assert judge(forked, independent_branches=("two",)).findings == ()


def test_a_table_left_behind_is_not_confused_with_another_of_that_name() -> None:
    both = evidence(
        honest(
            reverted=(
                added("table", "a.t", "CREATE TABLE a.t ()"),
                added("table", "b.t", "CREATE TABLE b.t ()"),
            )
        ),
        **PASSES,
    )
    assert [f.message for f in judge(both).findings] == [
        "table a.t is left behind by the downgrade",
        "table b.t is left behind by the downgrade",
    ]


def entry(code: str = "MC204", revision: str | None = "r1", **fields: Any) -> BaselineEntry:
    """An entry for the index that r1 leaves, or with other fields for something else."""
    left = next(f for f in judge(FAULTY).findings if f.code == "MC204" and f.differences == (INDEX,))
    made = BaselineEntry(left.fingerprint, code, revision, left.message, "shipped", None, "/h/b.yaml", 3)
    return replace(made, **fields)


def test_a_baseline_answers_for_what_it_knows_and_nothing_else() -> None:
    before = judge(FAULTY)
    after = judge(FAULTY, baseline=[entry()], today="2027-01-01")
    [known] = after.suppressed
    assert (known.by, known.reason, known.expires, known.finding.differences) == (
        "baseline",
        "shipped",
        None,
        (INDEX,),
    )
    assert len(after.findings) == len(before.findings) - 1


@pytest.mark.parametrize(("today", "known"), [("2027-05-30", 1), ("2027-05-31", 1), ("2027-06-01", 0)])
def test_an_entry_holds_up_to_and_including_its_day(today: str, known: int) -> None:
    assert len(judge(FAULTY, baseline=[entry(expires="2027-05-31")], today=today).suppressed) == known


def test_a_comment_goes_before_the_baseline() -> None:
    sources = commented("# migcheck: ignore[MC204] here")
    suppressed = judge(FAULTY, sources=sources, baseline=[entry()]).suppressed
    assert [item.by for item in suppressed if item.finding.differences == (INDEX,)] == ["inline"]


GONE = "0" * 16


def test_entries_that_nothing_needs_are_found() -> None:
    def unused(evidence: Evidence, **made: Any) -> list[str]:
        options = {name: made.pop(name) for name in ("select", "ignore", "whole") if name in made}
        found = judge(evidence, baseline=[entry(**{"fingerprint": GONE, **made})], **options).findings
        return [f"{f.revision} {f.path}:{f.line}" for f in found if f.code == "MC003"]

    place = ["None /h/b.yaml:3"]
    assert unused(HONEST) == place
    assert unused(HONEST, revision="long-gone") == place, "the revision is there no more"
    assert unused(HONEST, code="MC299") == place, "no check can find it"
    assert unused(HONEST, code="MC208", revision=None) == place
    assert unused(FAULTY, fingerprint=entry().fingerprint) == []
    not_reached = evidence(honest("r1", reverted=None, downgrade=None, reapplied=None), honest("r2"))
    assert unused(not_reached) == [], "the check had nothing to judge"
    assert unused(replace(HONEST, one_shot=None), code="MC208", revision=None) == []
    assert unused(HONEST, select=("MC1", "MC0")) == []
    assert unused(HONEST, ignore=("MC204",)) == []


def test_of_a_part_only_its_own_revisions_are_judged() -> None:
    """A pass over a part begins elsewhere, with other rows: it need not come upon the same."""
    for made, found in (
        ({}, 1),
        ({"revision": "r0"}, 0),
        ({"code": "MC301"}, 0),
        ({"code": "MC208", "revision": None}, 0),
    ):
        judged = judge(HONEST, baseline=[entry(**{"fingerprint": GONE, **made})], whole=False)
        assert len(judged.findings) == found, made
