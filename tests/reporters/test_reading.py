"""What was written as JSON can be read back, and nothing else is taken for a report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.errors import UsageError
from migcheck.model import (
    Difference,
    DifferenceClass,
    DifferenceKind,
    Finding,
    FindingError,
    FindingRow,
    Report,
    RevisionInfo,
    RevisionResult,
    Severity,
    Skip,
    Statement,
    Suppressed,
    Target,
)
from migcheck.reporters.base import Presentation
from migcheck.reporters.json import JsonReporter
from migcheck.reporters.reading import read_report, report_of
from tests.reporters.reports import FOLDER, finding, report, result

texts = st.text(max_size=5)
maybe = st.none() | texts
differences = st.builds(
    Difference,
    texts,
    texts,
    st.sampled_from(DifferenceKind),
    maybe,
    maybe,
    maybe,
    st.sampled_from(DifferenceClass),
)
row_values = st.none() | st.dictionaries(texts, maybe, max_size=2).map(lambda row: tuple(sorted(row.items())))
findings = st.builds(
    Finding,
    st.sampled_from(["MC201", "MC204", "MC301"]),
    texts,
    st.sampled_from(Severity),
    st.sampled_from([None, "a1", "b2", "elsewhere"]),
    texts,
    texts,
    st.none() | st.just("versions/a1.py"),
    st.none() | st.integers(1, 99),
    st.sampled_from(["proved", "observed", "inferred"]),
    st.lists(differences, max_size=2).map(tuple),
    st.none() | st.builds(FindingError, texts, texts, maybe, maybe),
    st.lists(texts, max_size=2).map(tuple),
    st.lists(st.builds(FindingRow, texts, row_values, row_values, texts), max_size=2).map(tuple),
    texts,
)
names = st.lists(texts, max_size=2).map(tuple)
statements = st.lists(
    st.builds(
        Statement, texts, st.none() | st.integers(1, 9), st.floats(0, 9), st.none() | st.integers(1, 9999)
    ),
    max_size=2,
).map(tuple)
results = st.builds(
    RevisionResult,
    st.builds(RevisionInfo, texts, names, names, names, texts, st.just("a1.py"), st.none(), st.none()),
    st.just("passed"),
    st.none(),
    st.just((("upgrade", 0.5),)),
    st.just((("upgrade", 3),)),
    ran=st.lists(st.tuples(st.sampled_from(["upgrade", "downgrade"]), statements), max_size=2).map(
        lambda ran: tuple(dict(ran).items())
    ),
    changes=st.none() | st.lists(differences, max_size=2).map(tuple),
    changes_count=st.integers(0, 999),
)
reports = st.builds(
    report,
    revisions=st.lists(results, max_size=2).map(tuple),
    targets=st.lists(
        st.builds(Target, st.just("alembic.ini"), texts, texts, texts, texts), min_size=1, max_size=2
    ).map(tuple),
    findings=st.lists(findings, max_size=3).map(tuple),
    suppressed=st.lists(st.builds(Suppressed, findings, texts, texts), max_size=2).map(tuple),
    skipped=st.lists(st.builds(Skip, texts, st.none() | st.just("a1"), texts), max_size=2).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
    shard=st.just((2, 3)),
    whole=texts,
    exit_code=st.sampled_from([0, 1]),
)


def written(one: Report) -> str:
    return JsonReporter().render(one, Presentation(folder=Path(FOLDER)))


@settings(max_examples=200, deadline=None)
@given(reports)
def test_what_is_read_is_written_again_as_it_was(one: Report) -> None:
    text = written(one)
    assert written(report_of(json.loads(text))) == text


@settings(max_examples=100, deadline=None)
@given(st.lists(findings, max_size=4).map(tuple))
def test_fingerprints_come_back(found: tuple[Finding, ...]) -> None:
    back = report_of(json.loads(written(report(findings=found))))
    assert sorted(f.fingerprint for f in back.findings) == sorted(f.fingerprint for f in found)


def test_all_of_a_report_comes_back(tmp_path: Path) -> None:
    one = report(
        findings=(finding(),), revisions=(result("a1", "first"), result("b2", "x", "skipped", "why"))
    )
    file = tmp_path / "report.json"
    file.write_text(written(one))
    back = read_report(file)
    assert [(r.info.revision, r.status, r.reason) for r in back.revisions] == [
        ("a1", "passed", None),
        ("b2", "skipped", "why"),
    ]
    assert back.targets[0].label == one.targets[0].label
    assert (back.heads, back.started_at, back.verified) == (one.heads, one.started_at, 1)


def test_what_a_report_of_an_older_migcheck_lacks_is_empty() -> None:
    told = json.loads(written(report()))
    for revision in told["revisions"]:
        for key in ("down_revisions", "depends_on", "branch_labels", "ran", "changes"):
            del revision[key]
    assert report_of(told).revisions[0].ran == ()
    assert report_of(told).revisions[0].changes is None


WHOLE: dict[str, Any] = json.loads(written(report(findings=(finding(),))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no JSON"),
        (written(report())[:-40], "is no JSON"),
        ("[]", "no report of migcheck's"),
        ('{"version": "2.1.0", "runs": []}', "no report of migcheck's"),
        (json.dumps({**WHOLE, "version": 2}), "version 2"),
        (json.dumps({k: v for k, v in WHOLE.items() if k != "shard"}), "KeyError: 'shard'"),
        (json.dumps({**WHOLE, "findings": 5}), "no whole report"),
        (json.dumps({**WHOLE, "findings": [{**WHOLE["findings"][0], "severity": "bad"}]}), "'bad'"),
        (json.dumps({**WHOLE, "targets": [None]}), "no whole report"),
    ],
)
def test_anything_else_is_refused_with_a_reason(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        read_report(file)
    assert str(file) in raised.value.message
    assert said in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize("name", [".", "missing.json"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_report(tmp_path / name)


def test_a_report_of_another_version_is_told_apart() -> None:
    assert replace(report(), shard=(1, 2)) != report()
