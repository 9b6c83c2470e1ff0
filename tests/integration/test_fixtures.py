"""Each check's two projects: in the bad one exactly its fault is found, the good one is silent.

`expected.json` lists all findings of the fixture by code and revision (null: the whole history), the
consequences of the fault included; none is left out because it is mild.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs import generate
from docs.generate import page, same
from migcheck import Report
from migcheck.checks import CHECKS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(
    path.parent.relative_to(ROOT / "fixtures") for path in ROOT.glob("fixtures/MC*/*/alembic.ini")
)
every_fixture = pytest.mark.parametrize("folder", FOLDERS, ids=str)


@pytest.fixture(scope="module")
def reports(server_url: str) -> dict[Path, Report]:
    """The reports made so far, by folder: the pages are made from the same runs."""
    return {}


def report_of(folder: Path, server_url: str, reports: dict[Path, Report]) -> Report:
    if folder not in reports:
        check = next(check for check in CHECKS if check.code == folder.parts[0])
        reports[folder] = generate.report_of(check, folder.name, database=server_url)
    return reports[folder]


def expected(folder: Path) -> list[tuple[str, str | None]]:
    listed = json.loads((ROOT / "fixtures" / folder / "expected.json").read_text("utf-8"))["findings"]
    return [(entry["code"], entry["revision"]) for entry in listed]


def in_order(pairs: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return sorted((code, revision or "") for code, revision in pairs)


@every_fixture
def test_exactly_what_is_expected_is_found(
    folder: Path, server_url: str, reports: dict[Path, Report]
) -> None:
    report = report_of(folder, server_url, reports)
    found = [(finding.code, finding.revision) for finding in report.findings]
    assert in_order(found) == in_order(expected(folder)), [finding.message for finding in report.findings]


@every_fixture
def test_a_finding_in_a_revision_names_a_line_of_its_file(
    folder: Path, server_url: str, reports: dict[Path, Report]
) -> None:
    for finding in report_of(folder, server_url, reports).findings:
        if finding.revision is not None and finding.code != "MC102":
            assert finding.path is not None
            assert finding.line is not None
            assert 1 <= finding.line <= len(Path(finding.path).read_text("utf-8").splitlines())


@every_fixture
def test_expectations_fit_the_folder(folder: Path) -> None:
    codes = {code for code, _ in expected(folder)}
    if folder.name == "bad":
        assert folder.parent.name in codes
    else:
        assert codes == set()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_the_page_shows_what_really_comes_out(check, server_url: str, reports: dict[Path, Report]) -> None:  # type: ignore[no-untyped-def]
    made = page(check, report_of(Path(check.code) / "bad", server_url, reports))
    assert same((ROOT / check.docs).read_text("utf-8"), made), "run `make docs`"
