"""Faults injected into an honest history of MariaDB's: each found where it is, nothing else, and mended by
what its finding says.

The faults are tables in faults_mariadb/*.toml (see faults/injection.py). All are run in company, one of each
revision, on a MariaDB of the machine's; the first typical ones in a container, too. Those that cannot have
company are run one at a time; with `-m exhaustive` all are.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import Report, verify
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
def test_faults_in_company_are_found_and_mended(group: list[Fault], tmp_path: Path, mariadb_url: str) -> None:
    config = project_with(group, tmp_path, HISTORY)
    report = verify(config, database=mariadb_url)
    check(report, group, REVISIONS)

    cured = _append_remedies(config.parent, report)
    # Of a downgrade that does nothing MC103 says what to write.
    assert cured == {each.found_at for each in group if "MC204" in each.expect and "MC103" not in each.may}
    # A setting that is left in the session is told, with what follows from it, by other codes.
    besides = {"MC207", "MC209", "MC211"}
    left = [each for each in verify(config, database=mariadb_url).findings if each.code not in besides]
    assert not [f"{each.code} {each.revision} {each.message}" for each in left if each.revision in cured]


def _append_remedies(project: Path, report: Report) -> set[str]:
    """Let downgrade(), the last function of a file, run what MC204 says; the revisions that have a remedy."""
    found = [each for each in report.findings if each.code == "MC204" and "In downgrade()" in each.remedy]
    found.sort(key=lambda each: ", once " in each.remedy)  # what another one has to mend first
    revisions = {str(each.revision) for each in found}
    for revision in revisions:
        code = "\n".join(each.remedy.partition("\n")[2] for each in found if each.revision == revision)
        (path,) = (project / "versions").glob(f"{revision}_*.py")
        with path.open("a", encoding="utf-8") as file:
            file.write("    exec(REMEDY)\n\n\nimport sqlalchemy as sa  # noqa: E402\n\n")
            file.write(f"REMEDY = {code!r}\n")
    return revisions


@pytest.mark.parametrize(
    "group",
    # That a container is like a server installed here, one group shows.
    [TYPICAL[0], *(pytest.param(group, marks=pytest.mark.exhaustive) for group in TYPICAL[1:])],
    ids=_sizes(TYPICAL),
)
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


def test_what_is_left_in_a_session_is_no_other_revisions_fault(tmp_path: Path, mariadb_url: str) -> None:
    # Behind the second fault the walk goes on on a database made anew, and 0008 makes routines.
    group = [fault for fault in FAULTS if fault.name in ("sql-mode-left", "trigger-left-behind")]
    check(verify(project_with(group, tmp_path, HISTORY), database=mariadb_url), group, REVISIONS)


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
