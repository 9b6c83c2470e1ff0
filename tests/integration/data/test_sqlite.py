"""Data migrations on SQLite: faults are found, each at its revision with its row, and honest ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.data import faults_sqlite, faults_sqlite_more
from tests.integration.data.histories import Change, problems, write

COMPANIES = {
    "faults": faults_sqlite.FAULTS,
    "more-faults": faults_sqlite_more.FAULTS,
    "safe": faults_sqlite.SAFE,
    "more-safe": faults_sqlite_more.SAFE,
}


@pytest.mark.slow
@pytest.mark.parametrize("changes", COMPANIES.values(), ids=COMPANIES)
def test_in_company(changes: tuple[Change, ...], tmp_path: Path) -> None:
    report = verify(write(tmp_path, changes, "sqlite:///prod.db"), seed_rows=5)
    assert "\n".join(problems(report, changes)) == ""


def test_without_rows_the_checks_of_rows_are_skipped_aloud(tmp_path: Path) -> None:
    project = write(tmp_path, faults_sqlite.SAFE[:1], "sqlite:///prod.db")
    reasons = {skip.code: skip.reason for skip in verify(project, seed_rows=0).skipped}
    data = {code: reason for code, reason in reasons.items() if code.startswith("MC3")}
    assert data == {f"MC30{number}": "no rows were put in (--seed-rows 0)" for number in range(1, 9)}
    assert not any(skip.code.startswith("MC3") for skip in verify(project, seed_rows=5).skipped)
    assert not any(result.rows_seeded for result in verify(project, select="MC2", seed_rows=5).revisions)
