"""Honest histories on SQLite stay silent, and nothing is written outside of migcheck's own directory.

Each folder of fixtures/honest_sqlite is a real Alembic project. What is listed below is all that may be said
of it.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from migcheck import verify

HISTORIES = Path(__file__).resolve().parents[2] / "fixtures" / "honest_sqlite"
NAMES = sorted(path.parent.name for path in HISTORIES.glob("*/alembic.ini"))

SAID: dict[str, set[tuple[str, str | None]]] = {
    "column_order": {("MC209", "b204")},
    "irreversible": {("MC210", "c004")},
    "module_state": {("MC214", "c104")},
}
"""(code, revision) of what a history is told, all of severity info."""


def _contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file beneath `folder`: its bytes and when it was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_there_are_histories() -> None:
    assert len(NAMES) >= 12
    assert SAID.keys() <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_honest_history_is_silent_and_nothing_is_touched(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "asynchronous":
        pytest.importorskip("aiosqlite")
    project = tmp_path / name
    shutil.copytree(HISTORIES / name, project, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(project)
    for database in ("app.db", "relative.db", "instance.db"):
        with sqlite3.connect(database) as connection:
            connection.execute("CREATE TABLE treasure (gold INTEGER)")
        connection.close()
    before = _contents(tmp_path)

    report = verify(project / "alembic.ini")

    said = {(finding.code, finding.revision): finding.message for finding in report.findings}
    assert said.keys() == SAID.get(name, set()), said
    assert {finding.severity.value for finding in report.findings} <= {"info"}
    assert report.exit_code == 0
    assert report.target.dialect == "sqlite"
    assert report.verified == len(report.revisions) == len(list(project.glob("*/*.py")))
    assert _contents(tmp_path) == before
