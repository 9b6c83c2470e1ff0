"""The file of known findings: read, written, written again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from migcheck.baseline import expired, read_baseline, write_baseline
from migcheck.errors import UsageError
from migcheck.model import BaselineEntry, Report, Severity
from tests.reporters.reports import finding, report

NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def faulty(*messages: str, **changes: object) -> Report:
    """A report with an error for each message."""
    return report(findings=tuple(finding(message=message, **changes) for message in messages), exit_code=1)


def write(path: Path, found: Report, known: tuple[BaselineEntry, ...] = (), reason: str = "old") -> Report:
    return write_baseline(path, found, known, reason=reason, expires="2027-05-31", fail_on="error")


def test_what_is_written_is_known(tmp_path: Path) -> None:
    path, found = tmp_path / "b.yaml", faulty("one", "two")
    after = write(path, found)
    assert (after.exit_code, after.findings) == (0, ())
    assert [(s.by, s.reason, s.expires) for s in after.suppressed] == [("baseline", "old", "2027-05-31")] * 2
    entries = read_baseline(path)
    assert {entry.fingerprint for entry in entries} == {f.fingerprint for f in found.findings}
    assert {entry.message for entry in entries} == {"one", "two"}
    lines = path.read_text().splitlines()
    for entry in entries:
        assert entry.line is not None and entry.fingerprint in lines[entry.line - 1]
    assert path.read_text().startswith("# Findings that are known")


def test_info_is_no_matter_for_a_baseline(tmp_path: Path) -> None:
    after = write(tmp_path / "b.yaml", faulty("one", severity=Severity.INFO))
    assert len(after.findings) == 1
    assert read_baseline(tmp_path / "b.yaml") == ()


def test_written_again_it_keeps_reasons_and_days_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    write(path, faulty("one", "two"))
    text = path.read_text().replace("reason: old", "reason: since 2019", 1).replace("2027-05-31", "null", 1)
    path.write_text(text)
    first, second = read_baseline(path)
    gone = finding(
        "MC003", name="unused-baseline-entry", severity=Severity.WARNING, concerns=second.fingerprint
    )
    after = write(path, report(findings=(gone, finding(message="three"))), (first, second), reason="new")
    kept = {entry.message: (entry.reason, entry.expires) for entry in read_baseline(path)}
    assert kept == {first.message: ("since 2019", None), "three": ("new", "2027-05-31")}
    assert after.findings == ()


@given(NAMES, NAMES, NAMES.filter(str.strip))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, revision: str, message: str, reason: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "texts.yaml"
    write(path, faulty(message, revision=revision), reason=reason)
    [entry] = read_baseline(path)
    assert (entry.revision, entry.message, entry.reason) == (revision, message, reason.strip())


GOOD = {
    "fingerprint": "0" * 16,
    "code": "MC204",
    "revision": "a",
    "message": "m",
    "reason": "r",
    "expires": None,
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no list of findings"),
        ("[1, 2", "is no YAML"),
        ("version: 2\nfindings: []", "of version 2"),
        ("version: 1\nfindings: {}", "no list of findings"),
        ("version: 1\nfindings: [x]", "entry 1: not 'x'"),
        ({"fingerprint": 1234}, "entry 1: the fingerprint must be 16 hex digits"),
        ({"reason": " "}, "entry 1 gives no reason"),
        ({"expires": "tomorrow"}, "expires must be a day such as 2027-05-31"),
        ({"expires": "2027-02-30"}, "expires must be a day"),
        ({"reson": "x"}, "unknown key 'reson'"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_place(
    tmp_path: Path, text: str | dict[str, object], said: str
) -> None:
    path = tmp_path / "b.yaml"
    entry = text if isinstance(text, str) else yaml.safe_dump({"version": 1, "findings": [{**GOOD, **text}]})
    path.write_text(entry)
    with pytest.raises(UsageError, match=said):
        read_baseline(path)


def test_a_missing_one_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no baseline") as caught:
        read_baseline(tmp_path / "b.yaml")
    assert caught.value.hint == "write it with --write-baseline"


def test_what_counts_again_is_told() -> None:
    found = finding()
    entry = BaselineEntry(found.fingerprint, "MC204", "b2", "m", "r", "2027-05-31")
    assert expired([entry], [found], "2027-05-31") == []
    assert expired([entry], [], "2027-06-01") == []
    [note] = expired([entry], [found], "2027-06-01")
    assert note == "the baseline answered for MC204 of b2 up to 2027-05-31: it counts again"
