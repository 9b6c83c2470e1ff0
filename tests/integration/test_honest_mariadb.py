"""Honest histories of MariaDB's own stay silent, with a server of the machine's and with one in a container.

Each folder of fixtures/honest_mariadb is a real Alembic project; see test_honest.py for PostgreSQL's.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from migcheck import verify

HISTORIES = Path(__file__).resolve().parents[2] / "fixtures" / "honest_mariadb"
NAMES = sorted(path.parent.name for path in HISTORIES.glob("*/alembic.ini"))

MUST_SAY: dict[str, set[tuple[str, str | None]]] = {
    "column_in_the_middle": {("MC209", "m102")},
    "irreversible": {("MC210", "mn02")},
}
"""(code, revision) that a history must be told, all of severity info; no other is told anything."""

DRIVERS = {
    "driver_mysqlclient": "MySQLdb",
    "driver_mariadb_connector": "mariadb",
    "driver_aiomysql": "aiomysql",
    "driver_asyncmy": "asyncmy",
}
"""Histories whose env.py needs a driver that not everybody has."""


def test_there_are_histories() -> None:
    assert len(NAMES) >= 20
    assert (MUST_SAY.keys() | DRIVERS.keys()) <= set(NAMES)


def _expect_silence(name: str, database: str) -> None:
    if name in DRIVERS and importlib.util.find_spec(DRIVERS[name]) is None:
        pytest.skip(f"{DRIVERS[name]} is not installed")
    report = verify(HISTORIES / name / "alembic.ini", database=database)

    said = {(found.code, found.revision): found.message for found in report.findings}
    must = MUST_SAY.get(name, set())
    assert said.keys() == must, said
    assert {found.severity.value for found in report.findings} <= {"info"}
    assert report.exit_code == 0
    revisions = len(list((HISTORIES / name / "versions").glob("*.py")))
    assert report.verified == len(report.revisions) == revisions


@pytest.mark.parametrize("name", NAMES)
def test_an_honest_history_is_silent(name: str, mariadb_url: str) -> None:
    _expect_silence(name, mariadb_url)


@pytest.mark.parametrize("name", NAMES)
def test_an_honest_history_is_silent_in_a_container(name: str, mariadb_container_url: str) -> None:
    _expect_silence(name, mariadb_container_url)


@pytest.mark.parametrize(
    ("former", "other", "says"),
    [
        ("sa.String(120)", "sa.String(200)", "email"),
        ('server_default="low"', 'server_default="high"', "level"),
        ("mysql.BIGINT(unsigned=True)", "sa.Integer", "id"),
        ('sa.Index("ix_orders_customer", "customer_id"),', "", "ix_orders_customer"),
        ('comment="who buys"', 'comment="who bought"', "who buys"),
    ],
)
def test_models_that_differ_are_found(
    former: str, other: str, says: str, tmp_path: Path, mariadb_url: str
) -> None:
    shutil.copytree(HISTORIES / "models", tmp_path, dirs_exist_ok=True)
    models = tmp_path / "models.py"
    text = models.read_text("utf-8")
    assert text.count(former) == 1
    models.write_text(text.replace(former, other), "utf-8")

    report = verify(tmp_path / "alembic.ini", database=mariadb_url)

    assert {found.code for found in report.findings} == {"MC401"}
    assert any(says in found.message for found in report.findings), report.findings
