"""Typical faults, injected into an honest history on SQLite: each found where it is, nothing else.

As in test_faults.py, with tables in faults_sqlite/*.toml. Faults that are found in company are run one at a
time with `-m exhaustive`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.faults.injection import Fault, faults, project_with
from tests.integration.faults.verdict import check, companies

FOLDER = Path(__file__).resolve().parent / "faults_sqlite"
HISTORY = FOLDER / "history"
FAULTS = faults(FOLDER)
NAMES = [fault.name for fault in FAULTS]
REVISIONS = 14


def test_the_table_of_faults_is_sound(tmp_path: Path) -> None:
    assert len(set(NAMES)) == len(NAMES) >= 60
    assert sum(fault.typical for fault in FAULTS) >= 35
    for fault in FAULTS:
        project_with([fault], tmp_path / fault.name, HISTORY)


def test_the_history_without_a_fault_is_silent() -> None:
    report = verify(HISTORY / "alembic.ini")

    assert report.findings == ()
    assert report.verified == REVISIONS
    assert report.exit_code == 0


# Found, and mended, in test_remedies_sqlite.py.
MENDED = [fault for fault in FAULTS if fault.typical and fault.revision and "MC204" in fault.expect]
MENDED_TOGETHER = companies(MENDED)
COMPANIES = companies(fault for fault in FAULTS if fault not in MENDED)
IN_COMPANY = {fault.name for group in COMPANIES + MENDED_TOGETHER for fault in group}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(each, id=each.name, marks=pytest.mark.exhaustive if each.name in IN_COMPANY else ())
        for each in FAULTS
    ],
)
def test_a_fault_is_found_at_its_revision(fault: Fault, tmp_path: Path) -> None:
    check(verify(project_with([fault], tmp_path, HISTORY)), [fault], REVISIONS)


@pytest.mark.parametrize(
    "group", COMPANIES, ids=[f"{len(group)}-faults-{n}" for n, group in enumerate(COMPANIES)]
)
def test_faults_in_company_are_found_at_their_revisions(group: list[Fault], tmp_path: Path) -> None:
    check(verify(project_with(group, tmp_path, HISTORY)), group, REVISIONS)
