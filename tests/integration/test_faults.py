"""Typical faults, injected into an honest history of fifteen revisions: each found where it is, nothing else.

The faults are tables in faults/*.toml. They are run in company, one of each revision, which proves that no
fault hides or causes another; one at a time are run those that cannot have company, and with `-m exhaustive`
all others.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.faults.injection import HISTORY, Fault, faults, project_with
from tests.integration.faults.verdict import check, companies, loud

FAULTS = faults()
REVISIONS = 15
NAMES = [fault.name for fault in FAULTS]


COMPANIES = companies(FAULTS)
IN_COMPANY = {fault.name for group in COMPANIES for fault in group}


def test_the_table_of_faults_is_sound(tmp_path: Path) -> None:
    assert len(set(NAMES)) == len(NAMES) >= 60
    assert sum(fault.typical for fault in FAULTS) >= 40
    for fault in FAULTS:
        project_with([fault], tmp_path / fault.name)


def test_the_history_without_a_fault_is_silent(server_url: str) -> None:
    report = verify(HISTORY / "alembic.ini", database=server_url)

    assert report.findings == ()
    assert report.verified == REVISIONS
    assert report.exit_code == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(each, id=each.name, marks=pytest.mark.exhaustive if each.name in IN_COMPANY else ())
        for each in FAULTS
    ],
)
def test_a_fault_is_found_at_its_revision(
    fault: Fault, tmp_path: Path, server_url: str, extensions: frozenset[str]
) -> None:
    if fault.extension is not None and fault.extension not in extensions:
        pytest.skip(f"the server lacks {fault.extension}")
    database = "embedded" if fault.server == "own" else server_url
    check(verify(project_with([fault], tmp_path), database=database), [fault], REVISIONS)


@pytest.mark.parametrize(
    "group", COMPANIES, ids=[f"{len(group)}-faults-{n}" for n, group in enumerate(COMPANIES)]
)
def test_faults_in_company_are_found_at_their_revisions(
    group: list[Fault], tmp_path: Path, server_url: str
) -> None:
    check(verify(project_with(group, tmp_path), database=server_url), group, REVISIONS)


def test_faults_are_found_in_a_container_as_well(tmp_path: Path, engine: object) -> None:
    group = COMPANIES[0]
    check(verify(project_with(group, tmp_path), database="docker:postgres:15"), group, REVISIONS)


EVERY_SECOND = [
    "domain-left-behind",  # 0001
    "enum-left-behind",  # 0003
    "index-without-its-where",  # 005a
    "view-left-behind",  # 004b
    "function-left-behind",  # 006b
    "trigger-before-instead-of-after",  # 0008
    "sequence-ownership-lost",  # 0010
    "table-restored-without-a-column",  # 0012
]


def test_a_fault_in_every_second_revision(tmp_path: Path, server_url: str) -> None:
    chosen = [fault for fault in FAULTS if fault.name in EVERY_SECOND]
    assert len(chosen) == len(EVERY_SECOND)

    report = verify(project_with(chosen, tmp_path), database=server_url)

    expected = {(code, fault.revision) for fault in chosen for code in fault.expect}
    assert loud(report) == expected
    failed = {result.info.revision for result in report.revisions if result.status == "failed"}
    assert failed == {fault.revision for fault in chosen}
