"""Checks of others: what registers, what is refused, and what becomes of what they return or raise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from migcheck.checks import CHECKS, Check, catalogue, custom, judge_with
from migcheck.checks.custom import check
from migcheck.errors import PluginError, UsageError
from migcheck.model import Drift, Evidence, Finding, RevisionEvidence, Severity, Skip
from tests.checks.by_hand import evidence

Judge = Callable[[Evidence], Any]


@pytest.fixture(autouse=True)
def _nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom, "_REGISTERED", {})


def registered(judge: Judge | None = None, **given: Any) -> Check:
    """A check ACME001 that finds something at each revision, or does what `judge` does."""

    def at_each(seen: Evidence) -> Iterator[Finding]:
        """Nothing at all is allowed."""
        for info in seen.history.revisions:
            yield made.finding("it is there", "remove it", info=info, line=10)

    made = check(**{"code": "ACME001", "name": "is-there", **given})(judge or at_each)
    return made


def findings(**given: Any) -> list[str]:
    seen = evidence(RevisionEvidence("a"), RevisionEvidence("b"))
    return [
        f"{f.code} {f.revision} {f.severity.value}" for f in judge_with(catalogue(), seen, **given).findings
    ]


def test_it_is_judged_selected_and_acknowledged_like_any_other() -> None:
    made = registered(severity="warning")
    assert catalogue() == (*CHECKS, made)
    assert (made.proves, made.docs) == ("Nothing at all is allowed.", "")
    both = ["ACME001 a warning", "ACME001 b warning"]
    assert findings() == both
    assert findings(select=["acme"]) == both
    assert findings(select=["MC2"]) == []
    assert findings(ignore=["ACME001"]) == []
    assert findings(severity={"ACME001": "error"}) == ["ACME001 a error", "ACME001 b error"]
    comment = "# migcheck: ignore[ACME001] it is meant to be there\n"
    judgement = judge_with(catalogue(), evidence(RevisionEvidence("a")), sources={"/h/a.py": comment})
    assert judgement.findings == ()
    assert [item.by for item in judgement.suppressed] == ["inline"]
    unused = judge_with(catalogue(), evidence(), sources={})
    assert unused.findings == ()


def test_a_remedy_stays_as_its_author_wrote_it_on_every_dialect() -> None:
    def judge(seen: Evidence) -> list[Finding]:
        return [made.finding("no", 'op.execute("DROP TYPE IF EXISTS x")\nop.drop_index("i")')]

    made = registered(judge)
    for dialect in ("postgresql", "sqlite", "mysql"):
        seen = replace(evidence(RevisionEvidence("a")), dialect=dialect)
        [found] = judge_with([made], seen).findings
        assert found.remedy == 'op.execute("DROP TYPE IF EXISTS x")\nop.drop_index("i")'


def test_a_check_without_the_pass_it_needs_is_skipped_with_the_reason_of_that() -> None:
    asked: list[Evidence] = []
    made = registered(lambda seen: asked.append(seen), needs="data")
    seen = evidence(RevisionEvidence("a"), skipped=(("MC301", None, "no rows were put in"),))
    judgement = judge_with(catalogue(), seen)
    assert Skip("ACME001", None, "no rows were put in") in judgement.skipped
    assert asked == []
    drift = registered(lambda seen: asked.append(seen), code="ACME002", name="other", needs="drift")
    judge_with([made, drift], evidence(RevisionEvidence("a"), drift=Drift(())))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "MC204"}, "'MC204'"),
        ({"code": "MCX001"}, "'MCX001'"),
        ({"code": "acme001"}, "'acme001'"),
        ({"code": "ACME1"}, "'ACME1'"),
        ({"code": 7}, "7"),
        ({"name": "Is there"}, "'Is there'"),
        ({"name": "not-reversible"}, "not-reversible is taken twice: by migcheck and by"),
        ({"severity": "fatal"}, "'fatal'"),
        ({"needs": "luck"}, "'luck'"),
    ],
)
def test_what_is_wrong_is_refused_where_it_is_defined(given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        registered(**given)
    assert said in caught.value.message
    assert f"{__name__}:" in caught.value.message and caught.value.hint
    assert custom.registered() == ()


def test_a_code_belongs_to_one_check_which_may_be_loaded_again() -> None:
    first = registered()
    again = registered()  # as when a module is reloaded
    assert first is not again and custom.registered() == (again,)
    custom.attribute(again, "acme-checks 1.0")
    registered()

    def other(seen: Evidence) -> None: ...

    with pytest.raises(UsageError, match=r"code ACME001 is taken twice: by .*at_each and by .*other"):
        registered(other)


def at_fault(seen: Evidence) -> Iterable[Finding]:
    yield from ()
    raise KeyError("no such table")


def test_one_that_breaks_is_told_by_its_name_and_line() -> None:
    made = registered(at_fault)
    custom.attribute(made, "acme-checks 1.0")
    with pytest.raises(PluginError) as caught:
        judge_with([made], evidence(RevisionEvidence("a")))
    error = caught.value
    line = at_fault.__code__.co_firstlineno + 2
    assert error.exit_code == 3
    assert error.message == (
        f"the check ACME001 of acme-checks 1.0 ({__name__}:at_fault) broke at {__file__}:{line}:"
        " KeyError: 'no such table'"
    )
    assert error.details and "in at_fault" in error.details and "migcheck/checks" not in error.details
    # Whoever ignores it can go on.
    assert judge_with([made], evidence(RevisionEvidence("a")), ignore=["ACME"]).findings == ()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda finding: "a text", "no finding, but 'a text'"),
        (lambda finding: replace(finding, code="MC204"), "the code 'MC204'"),
        (lambda finding: replace(finding, line="12"), "line is '12'"),
        (lambda finding: replace(finding, severity="error"), "severity is 'error'"),
        (lambda finding: replace(finding, message=" "), "without a message"),
        (lambda finding: replace(finding, concerns=None), "concerns is None"),
    ],
)
def test_what_is_no_finding_is_told_before_a_report_stumbles_over_it(
    spoil: Callable[[Finding], Any], said: str
) -> None:
    made = registered(lambda seen: [spoil(made.finding("it is there", "remove it"))])
    with pytest.raises(PluginError, match=r"the check ACME001 of .* returns") as caught:
        judge_with([made], evidence(RevisionEvidence("a")))
    assert said in caught.value.message


def test_none_is_nothing_and_a_number_is_told() -> None:
    assert judge_with([registered(lambda seen: None)], evidence(RevisionEvidence("a"))).findings == ()
    with pytest.raises(PluginError, match="'int' object is not iterable"):
        judge_with([registered(lambda seen: 5, code="ACME002", name="b")], evidence(RevisionEvidence("a")))


def test_fingerprints_stay_when_lines_and_words_change() -> None:
    made = registered()
    first = made.finding("index i blocks", "x", revision="a", line=3, concerns="i")
    assert first.fingerprint == made.finding("i is slow", "y", revision="a", line=9, concerns="i").fingerprint
    assert first.fingerprint != made.finding("index i blocks", "x", revision="a", concerns="j").fingerprint
    assert first.severity is Severity.ERROR
