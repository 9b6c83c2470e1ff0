"""Data migrations on MariaDB: faults are found, each at its revision with its row, honest ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.data import faults_mariadb, faults_mariadb_more
from tests.integration.data.histories import Change, problems, write

COMPANIES = {
    "faults": faults_mariadb.FAULTS,
    "more-faults": faults_mariadb_more.FAULTS,
    "safe": faults_mariadb.SAFE,
    "more-safe": faults_mariadb_more.SAFE,
}


@pytest.mark.slow
@pytest.mark.parametrize("changes", COMPANIES.values(), ids=COMPANIES)
def test_in_company(changes: tuple[Change, ...], tmp_path: Path, mariadb_url: str) -> None:
    project = write(tmp_path, changes, "mysql+pymysql://nobody@nowhere/prod")
    report = verify(project, database=mariadb_url, seed_rows=5)
    assert "\n".join(problems(report, changes)) == ""
