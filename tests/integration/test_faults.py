"""Typical faults, injected into an honest history of fifteen revisions: each found where it is, nothing else.

The faults are tables in faults/*.toml. The typical ones are run one at a time; all of them are run in
company, one of each revision, which proves that no fault hides or causes another; with `-m exhaustive` the
others are run one at a time too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import Report, verify
from tests.integration.faults.injection import HISTORY, Fault, faults, project_with, words_of

FAULTS = faults()
NAMES = [fault.name for fault in FAULTS]


def _loud(report: Report) -> set[tuple[str, str | None]]:
    return {(found.code, found.revision) for found in report.findings if found.severity.value != "info"}


def _check(report: Report, injected: list[Fault]) -> None:
    """Each fault is found under its codes at its revision, and no other revision has a finding."""
    loud = _loud(report)
    allowed = {(code, fault.found_at) for fault in injected for code in fault.expect | fault.may}
    allowed |= {(code, None) for fault in injected for code in fault.elsewhere}
    story = "\n".join(f"{found.code} {found.revision} {found.message}" for found in report.findings)
    for fault in injected:
        missing = {(code, fault.found_at) for code in fault.expect} - loud
        assert not missing, f"{fault.name} not found: {missing}\n{story}"
        here = [
            each for each in report.findings if each.revision == fault.found_at and each.code in fault.expect
        ]
        if fault.expect:
            assert any(fault.says in words_of(finding) for finding in here), (
                f"nothing says {fault.says}\n{story}"
            )
    assert loud <= allowed, f"too much: {loud - allowed}\n{story}"
    assert report.verified == 15 or any("MC201" in fault.expect for fault in injected)
    levels = {"MC211": 0}
    worst = {code for fault in injected for code in fault.expect if levels.get(code, 1)}
    assert report.exit_code == (1 if worst else 0)


def _companies() -> list[list[Fault]]:
    """Groups in which each revision has at most one fault, and every fault is in one group.

    A fault that keeps other revisions from being reached, or that changes what they end in, stays alone.
    """
    groups: list[list[Fault]] = []
    for fault in FAULTS:
        if (
            fault.file is not None
            or fault.extension
            or fault.server
            or fault.expect & {"MC201", "MC205", "MC206", "MC208"}
        ):
            continue
        for group in groups:
            if all(other.revision != fault.revision for other in group):
                group.append(fault)
                break
        else:
            groups.append([fault])
    return groups


COMPANIES = _companies()


def test_the_table_of_faults_is_sound(tmp_path: Path) -> None:
    assert len(set(NAMES)) == len(NAMES) >= 60
    assert sum(fault.typical for fault in FAULTS) >= 40
    for fault in FAULTS:
        project_with([fault], tmp_path / fault.name)


def test_the_history_without_a_fault_is_silent(server_url: str) -> None:
    report = verify(HISTORY / "alembic.ini", database=server_url)

    assert report.findings == ()
    assert report.verified == 15
    assert report.exit_code == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(each, id=each.name, marks=() if each.typical else pytest.mark.exhaustive)
        for each in FAULTS
    ],
)
def test_a_fault_is_found_at_its_revision(
    fault: Fault, tmp_path: Path, server_url: str, extensions: frozenset[str]
) -> None:
    if fault.extension is not None and fault.extension not in extensions:
        pytest.skip(f"the server lacks {fault.extension}")
    database = "embedded" if fault.server == "own" else server_url
    _check(verify(project_with([fault], tmp_path), database=database), [fault])


@pytest.mark.parametrize(
    "group", COMPANIES, ids=[f"{len(group)}-faults-{n}" for n, group in enumerate(COMPANIES)]
)
def test_faults_in_company_are_found_at_their_revisions(
    group: list[Fault], tmp_path: Path, server_url: str
) -> None:
    _check(verify(project_with(group, tmp_path), database=server_url), group)


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
    assert _loud(report) == expected
    failed = {result.info.revision for result in report.revisions if result.status == "failed"}
    assert failed == {fault.revision for fault in chosen}
