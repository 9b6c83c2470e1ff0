"""Data migrations on PostgreSQL: faults are found, each at its revision with its row, honest ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.data import (
    faults,
    faults_alembic,
    faults_lost,
    faults_more,
    safe,
    safe_alembic,
    safe_more,
)
from tests.integration.data.histories import Change, problems, write

COMPANIES = {
    "faults": faults.FAULTS,
    "more-faults": faults_more.FAULTS,
    "alembic-faults": faults_alembic.FAULTS,
    "lost": faults_lost.FAULTS,
    "safe": safe.SAFE,
    "more-safe": safe_more.SAFE,
    "alembic-safe": safe_alembic.SAFE,
}
FAULTS = faults.FAULTS + faults_more.FAULTS + faults_alembic.FAULTS + faults_lost.FAULTS
URL = "postgresql+psycopg2://nobody@nowhere/prod"


@pytest.mark.core
@pytest.mark.slow
@pytest.mark.parametrize("changes", COMPANIES.values(), ids=COMPANIES)
def test_in_company(changes: tuple[Change, ...], tmp_path: Path, server_url: str) -> None:
    report = verify(write(tmp_path, changes, URL), database=server_url, seed_rows=5)
    assert "\n".join(problems(report, changes)) == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize("change", FAULTS, ids=[change.name for change in FAULTS])
def test_alone(change: Change, tmp_path: Path, server_url: str) -> None:
    report = verify(write(tmp_path, [change], URL), database=server_url, seed_rows=5)
    assert "\n".join(problems(report, [change])) == ""
