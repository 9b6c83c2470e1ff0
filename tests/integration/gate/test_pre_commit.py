"""The hook, in pre-commit itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.gate.conftest import ROOT, WHO, Shop, git


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """A repository with the hooks alone; what they run is the migcheck of the environment."""
    folder = tmp_path / "migcheck"
    folder.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "hooks")
    return folder


def commit(shop: Shop, home: Path) -> tuple[int, str]:
    """Stage all and commit, with the hooks that are installed."""
    git(shop.folder, "add", "--all")
    environ = {**os.environ, **WHO, "PRE_COMMIT_HOME": str(home)}
    environ["PATH"] = f"{Path(sys.executable).parent}:{environ['PATH']}"
    done = subprocess.run(
        ["git", "commit", "--message", "orders"],
        cwd=shop.folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_commit_is_refused_and_then_taken(shop: Shop, hooks: Path, tmp_path: Path) -> None:
    (shop.folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {hooks.as_uri()}\n    rev: {git(hooks, 'rev-parse', 'HEAD')}\n    hooks:\n"
        "      - id: migcheck\n        args: [--since, main, --url, backend/alembic.ini, --color]\n"
    )
    git(shop.folder, "switch", "--quiet", "--create", "orders")
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=shop.folder, check=True)

    code, printed = commit(shop, tmp_path / "home")
    assert (code, "Skipped" in printed) == (0, True), printed  # no revision is part of it

    shop.write(shop.faulty)
    code, printed = commit(shop, tmp_path / "home")
    assert code == 1, printed
    assert "MC204" in printed

    shop.write(shop.mended())
    code, printed = commit(shop, tmp_path / "home")
    assert code == 0, printed
    assert "Passed" in printed
