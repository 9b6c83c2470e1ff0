"""A small shop in git, and the machine that its gates run on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.gate.hub import Hub

ROOT = Path(__file__).resolve().parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WHO = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com"}
WHO |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com"}


def git(folder: Path, *words: str) -> str:
    """What git prints."""
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **WHO}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


class Shop:
    """The shop of the examples up to its third revision on `main`; branches are made by `commit`."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(
            ROOT / "examples" / "shop",
            folder / "backend",
            ignore=shutil.ignore_patterns("__pycache__", "0005*"),
        )
        self.folder = folder
        self.faulty = self._revision(4)
        self._file(4).unlink()
        (folder / "requirements.txt").write_text("")
        git(folder, "init", "--quiet", "--initial-branch=main")
        self.base = self.commit("a shop")

    def mended(self) -> str:
        """The fourth revision with what its downgrade forgets."""
        return (
            self.faulty + '    op.drop_index("ix_orders_placed_at")\n    order_status.drop(op.get_bind())\n'
        )

    def commit(self, message: str) -> str:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message", message)
        return git(self.folder, "rev-parse", "HEAD")

    def pull_request(self, text: str | None) -> tuple[str, dict[str, Any]]:
        """A branch whose fourth revision is `text`: the commit that GitHub would merge, and its event."""
        git(self.folder, "checkout", "--quiet", "-B", "orders", self.base)
        if text is not None:
            self.write(text)
        (self.folder / "README").write_text("A shop.")
        head = self.commit("orders")
        git(self.folder, "checkout", "--quiet", "--detach", self.base)
        git(self.folder, "merge", "--quiet", "--no-ff", "--message", "merge", head)
        merged = git(self.folder, "rev-parse", "HEAD")
        return merged, {"pull_request": {"number": 7, "base": {"sha": self.base}, "head": {"sha": head}}}

    def write(self, text: str) -> None:
        """Make `text` the fourth revision."""
        self._file(4).write_text(text)

    def _file(self, number: int) -> Path:
        return next((self.folder / "backend" / "migrations" / "versions").glob(f"000{number}*"), self._new)

    @property
    def _new(self) -> Path:
        return self.folder / "backend" / "migrations" / "versions" / "0004_order_status.py"

    def _revision(self, number: int) -> str:
        return self._file(number).read_text()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment of its own that has the dependencies of migcheck, not migcheck."""
    return environment(tmp_path_factory.mktemp("environment") / "venv")


def environment(folder: Path) -> Path:
    """A virtual environment that sees the packages of this one: nothing has to be downloaded again."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    others = sysconfig.get_path("purelib")
    (Path(found.stdout.strip()) / "others.pth").write_text(f"import sys; sys.path.append({others!r})\n")
    return python


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, python: Path) -> Path:
    """The environment after the action's own first step."""
    step = ACTION["runs"]["steps"][0]
    assert step["name"] == "Install migcheck"
    environ = {"MIGCHECK_ACTION_PYTHON": str(python), "MIGCHECK_ACTION_EXTRAS": "", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        env={**environ, "GITHUB_ACTION_PATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = subprocess.run(
        [python, "-c", "import migcheck; print(migcheck.__file__)"],
        cwd=python.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(python.parent.parent)), "not from its own files"
    return python


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as running:
        yield running
