"""Faults injected into an honest history of MariaDB's, each found where it is, with nothing else.

The faults are tables in faults_mariadb/*.toml (see faults/injection.py). All are run in company, one of each
revision, on a MariaDB of the machine's; the typical ones in a container, too. Those that cannot have company
are run one at a time; with `-m exhaustive` all are.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.faults.injection import Fault, faults, project_with
from tests.integration.faults.verdict import check, companies

FOLDER = Path(__file__).resolve().parent / "faults_mariadb"
HISTORY = FOLDER / "history"
REVISIONS = 15

FAULTS = faults(FOLDER)
COMPANIES = companies(FAULTS)
ALONE = [fault for fault in FAULTS if not any(fault in group for group in COMPANIES)]
TYPICAL = companies(fault for fault in FAULTS if fault.typical)


def _sizes(groups: list[list[Fault]]) -> list[str]:
    return [f"{len(group)}-faults-{n}" for n, group in enumerate(groups)]


def test_the_table_of_faults_is_sound(tmp_path: Path) -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 90
    assert sum(fault.typical for fault in FAULTS) >= 40
    for fault in FAULTS:
        project_with([fault], tmp_path / fault.name, HISTORY)


@pytest.mark.parametrize("group", COMPANIES, ids=_sizes(COMPANIES))
def test_faults_in_company_are_found_at_their_revisions(
    group: list[Fault], tmp_path: Path, mariadb_url: str
) -> None:
    check(verify(project_with(group, tmp_path, HISTORY), database=mariadb_url), group, REVISIONS)


@pytest.mark.parametrize("group", TYPICAL, ids=_sizes(TYPICAL))
def test_typical_faults_are_found_in_a_container(
    group: list[Fault], tmp_path: Path, mariadb_container_url: str
) -> None:
    check(verify(project_with(group, tmp_path, HISTORY), database=mariadb_container_url), group, REVISIONS)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(each, id=each.name, marks=() if each in ALONE else pytest.mark.exhaustive)
        for each in FAULTS
    ],
)
def test_a_fault_is_found_at_its_revision(fault: Fault, tmp_path: Path, mariadb_url: str) -> None:
    # Whatever belongs to the whole server is seen on one of our own only.
    database = "local" if fault.server == "own" else mariadb_url
    check(verify(project_with([fault], tmp_path, HISTORY), database=database), [fault], REVISIONS)


def test_the_history_without_a_fault_is_silent(mariadb_url: str) -> None:
    report = verify(HISTORY / "alembic.ini", database=mariadb_url)

    assert report.findings == ()
    assert report.verified == REVISIONS
    assert report.exit_code == 0


def test_the_history_without_a_fault_is_silent_in_a_container_of_its_own(engine: object) -> None:
    report = verify(HISTORY / "alembic.ini", database="docker:mariadb:10.11")

    assert report.findings == ()
    assert report.verified == REVISIONS
    assert report.exit_code == 0
