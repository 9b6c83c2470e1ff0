"""Get the pinned packages and the virtual environments in which their histories run.

Everything lies in .real-histories/ at the root of the checkout and is kept between runs:

    packages/<requirement>/     the package alone (`pip install --no-deps --target`)
    sqlalchemy-<version>/       migcheck, this SQLAlchemy, and what the migrations import
    projects/<name>-<database>/ an alembic.ini that points to the package's own revisions

`python tests/integration/real/install.py [NAME...]` fills it beforehand; the tests do it when asked.
"""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.real.histories import ENVIRONMENT, HERE, HISTORIES, Database, History

ROOT = HERE.parents[2]
CACHE = ROOT / ".real-histories"
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")


class NotInstalled(Exception):
    """A package could not be had: no network, or the index does not hold it any more."""


def pip(python: Path | str, *arguments: str | Path) -> None:
    """Run `pip install` with these arguments; NotInstalled with the end of its output if it fails."""
    done = subprocess.run(
        [str(python), *PIP, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"},
    )
    if done.returncode:
        raise NotInstalled(f"pip install {' '.join(map(str, arguments))}: {done.stderr.strip()[-800:]}")


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time fills the folder, however many run tests."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def package(history: History) -> Path:
    """The folder with the history's package, unchanged and without its dependencies."""
    folder = CACHE / "packages" / history.requirement
    partial = folder.with_name(f"{folder.name}.partial")
    with _alone():
        if not folder.exists():
            shutil.rmtree(partial, ignore_errors=True)
            pip(sys.executable, "--no-deps", "--target", partial, history.requirement)
            partial.rename(folder)
    return folder


def interpreter(sqlalchemy: str) -> Path:
    """The Python of the virtual environment for this SQLAlchemy, in which the checkout is installed."""
    folder = CACHE / f"sqlalchemy-{sqlalchemy}"
    requirements = HERE / f"requirements-{sqlalchemy}.txt"
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    content = requirements.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    wanted = hashlib.sha256(content).hexdigest()
    with _alone():
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            pip(python, "--requirement", requirements, "--editable", ROOT)
            stamp.write_text(wanted)
    return python


def environment_of(history: History, installed: Path) -> Path:
    """The folder of the env.py: the package's own, the history's in these tests, or the minimal one."""
    if history.environment is not None:
        return installed / history.environment
    return history.folder if (history.folder / "env.py").exists() else ENVIRONMENT


def project(history: History, database: Database) -> Path:
    """The alembic.ini that runs the history; its package is installed first where it is not there."""
    installed = package(history)
    folder = CACHE / "projects" / f"{history.name}-{database.name}"
    folder.mkdir(parents=True, exist_ok=True)
    config = configparser.RawConfigParser()
    config.read(ENVIRONMENT / "logging.ini")
    config["alembic"] = {
        "script_location": str(environment_of(history, installed)),
        "version_locations": "\n".join(str(installed / place) for place in history.versions),
        "path_separator": "newline",
        "prepend_sys_path": str(installed),
        "sqlalchemy.url": database.url,
    }
    path = folder / "alembic.ini"
    with path.open("w") as file:
        config.write(file)
    return path


def main() -> None:
    """Install what is named on the command line, or what plain `make test` walks."""
    names = sys.argv[1:] or [history.name for history in HISTORIES if history.always]
    for history in HISTORIES:
        if history.name in names:
            interpreter(history.sqlalchemy)
            package(history)


if __name__ == "__main__":
    main()
