"""Of the tables at the heads of real histories and of fixtures nearly all get rows without anybody's help."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.real.histories import HISTORIES, SQLITE, Database, History
from tests.integration.real.install import NotInstalled, interpreter, project
from tests.integration.real.test_real import require, skip

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("heads.py")
LEAST = 0.98

FIXTURES = {"honest": ("local:15", "postgresql"), "honest_sqlite": ("sqlite", "sqlite")}
REAL = [
    (history, database)
    for history in HISTORIES
    for database in history.always
    if not database.spec.startswith("docker") and (database is SQLITE or history.always.index(database) == 0)
    # On PostgreSQL two of its revisions work only in one run.
    and (history.name, database.dialect) != ("optuna", "postgresql")
]


def heads(python: str | Path, database: str, dialect: str, configs: Iterable[Path]) -> list[dict[str, Any]]:
    """What `heads.py` says of each project."""
    done = subprocess.run(
        [str(python), str(SCRIPT), database, dialect, *map(str, configs)],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(found: list[dict[str, Any]]) -> None:
    tables = sum(each["tables"] for each in found)
    unseeded = [f"{each['config']}: {reason}" for each in found for reason in each["unseeded"]]
    assert tables > 0, found
    assert len(unseeded) <= (1 - LEAST) * tables, "\n".join(unseeded)


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize(
    ("history", "database"), [pytest.param(*each, id=f"{each[0].name}-{each[1].name}") for each in REAL]
)
def test_heads_of_published_packages(
    history: History, database: Database, request: pytest.FixtureRequest
) -> None:
    require(database, request)
    try:
        python, config = interpreter(history.sqlalchemy), project(history, database)
    except NotInstalled as error:
        skip(str(error), "real")
    check(heads(python, database.spec, database.dialect, [config]))


@pytest.mark.exhaustive
@pytest.mark.parametrize("folder", FIXTURES)
def test_heads_of_honest_fixtures(folder: str) -> None:
    configs = sorted(ROOT.glob(f"fixtures/{folder}/*/alembic.ini"))
    assert len(configs) > 10
    check(heads(sys.executable, *FIXTURES[folder], configs))
