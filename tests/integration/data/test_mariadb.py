"""Data migrations on MariaDB: faults are found, each at its revision with its row, honest ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.data.faults_mariadb import FAULTS, SAFE
from tests.integration.data.histories import Change, problems, write


@pytest.mark.slow
@pytest.mark.parametrize("changes", [FAULTS, SAFE], ids=["faults", "safe"])
def test_in_company(changes: tuple[Change, ...], tmp_path: Path, mariadb_url: str) -> None:
    project = write(tmp_path, changes, "mysql+pymysql://nobody@nowhere/prod")
    report = verify(project, database=mariadb_url, seed_rows=5)
    assert "\n".join(problems(report, changes)) == ""
