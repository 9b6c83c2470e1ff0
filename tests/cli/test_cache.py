"""`migcheck cache`: what is kept is shown, and nothing but that is removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench import histories
from migcheck import verify
from migcheck.cli.app import app


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["cache", *words])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with one state."""
    folder = tmp_path_factory.mktemp("project")
    histories.write(folder, 3)
    ini = histories.configure(folder, "alembic", histories.NEVER_OPENED)
    assert verify(ini, last=1, cache_dir=folder / "cache", seed_rows=0).ok
    return folder / "cache"


def test_info_shows_each_state_and_clear_removes_them_alone(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept / "state-of-mine.tar.gz").write_text("not migcheck's")
    (kept / "state-0123456789abcdef.tar.gz").write_text("damaged")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("MIGCHECK_CACHE_DIR", str(kept))
    shown = run("info")
    assert shown.exit_code == 0
    heading, columns, *lines = shown.output.splitlines()
    assert heading.startswith(f"{kept}: 1 state, ")
    assert columns.split() == ["revisions", "up", "to", "server", "size", "last", "used", "project"]
    (line,) = lines
    assert line.split()[:3] == ["2", "r0002", "PostgreSQL"]
    assert line.endswith(str(kept.parent / "alembic.ini"))
    assert run("clear").output == f"{kept}: 2 states removed\n"
    assert [path.name for path in kept.iterdir()] == ["state-of-mine.tar.gz"]
    assert run("info", "--cache-dir", str(kept)).output == f"{kept}: 0 states, 0.0 MB\n"


def test_a_folder_that_is_not_there_is_empty_and_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert run("info", "--cache-dir", str(missing)).output == f"{missing}: 0 states, 0.0 MB\n"
    assert run("clear", "--cache-dir", str(missing)).output == f"{missing}: 0 states removed\n"
    assert not missing.exists()
