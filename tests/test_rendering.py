"""Reports as text and in files, as the command line writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from migcheck import Finding, Report, Severity, merged, read_report, render, write
from migcheck.errors import UsageError
from migcheck.model import RevisionInfo, RevisionResult, Target
from migcheck.settings.fields import FORMATS


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report with a finding of somebody's own check, in backend/ of a repository."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "backend").mkdir()
    monkeypatch.chdir(tmp_path / "backend")
    path = str(tmp_path / "backend" / "a.py")
    finding = Finding("ACME001", "is-there", Severity.ERROR, "a", "it <is> | there", "remove it", path, 3)
    return Report(
        targets=(Target(str(tmp_path / "backend" / "alembic.ini"), "postgresql", "18.4", "embedded"),),
        heads=("a",),
        bases=("a",),
        revisions=(
            RevisionResult(RevisionInfo("a", (), (), (), "make a", path, 1, 2), "failed", None, (), ()),
        ),
        findings=(finding,),
        suppressed=(),
        skipped=(),
        started_at="2026-01-31T12:00:00Z",
        seconds=1.5,
        exit_code=1,
    )


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_as_text_and_in_a_file(report: Report, tmp_path: Path, name: str) -> None:
    text = render(report, name)
    assert "ACME001" in text
    write(report, name, f"report.{name}")
    assert Path(f"report.{name}").read_text("utf-8") == text
    # An absolute path leads to the same place, from wherever it is written.
    write(report, name, tmp_path / "other")
    assert (tmp_path / "other").read_text("utf-8") == text


def test_paths_are_relative_to_where_the_reader_stands(report: Report, tmp_path: Path) -> None:
    def path(text: str) -> str:
        found: str = json.loads(text)["findings"][0]["path"]
        return found

    assert path(render(report, "json")) == "a.py"
    assert path(render(report, "json", folder=tmp_path)) == "backend/a.py"
    assert path(render(report, "json", folder="..")) == "backend/a.py"
    assert json.loads(render(report, "gitlab"))[0]["location"]["path"] == "backend/a.py"


def test_json_comes_back_without_a_page_for_checks_of_others(report: Report) -> None:
    write(report, "json", "report.json")
    [told] = json.loads(Path("report.json").read_text())["findings"]
    assert told["docs"] == ""
    again = read_report("report.json")
    assert [f.fingerprint for f in again.findings] == [f.fingerprint for f in report.findings]
    assert render(again, "json") == render(report, "json")


def test_what_cannot_be_is_told(report: Report, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format 'jsn'"):
        render(report, "jsn")
    with pytest.raises(UsageError, match="is a folder"):
        write(report, "json", tmp_path)
    with pytest.raises(UsageError, match="no report to merge"):
        merged([])
    shard = replace(report, shard=(1, 2), whole="x")
    with pytest.raises(UsageError, match=r"report 1 and report 2 are both|report 2 and report 1 are both"):
        merged([shard, shard])
