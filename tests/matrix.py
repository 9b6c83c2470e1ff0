"""`make test-matrix`: the core tests under the supported versions of Python, SQLAlchemy and alembic.

Each combination gets a virtual environment of its own in .venvs/, kept for the next call. An interpreter
that is not on this machine is said aloud and left out; it is a failure only with --require-all. What else is
given goes to pytest: `make test-matrix ARGS="tests/test_project.py -m ''"`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venvs"
# What the core tests import, beside migcheck and pytest.
TEST_PACKAGES = (
    *("hypothesis", "psycopg2-binary", "asyncpg", "pg8000", "greenlet", "jsonschema"),
    *("pytest-xdist", "pytest-alembic"),
)


@dataclass(frozen=True)
class Combination:
    """One environment: a Python version and the version ranges of the packages."""

    python: str
    sqlalchemy: str
    alembic: str
    pytest: str = ""

    @property
    def name(self) -> str:
        """For people, and for the folder of the environment."""
        versions = f"sqlalchemy{self.sqlalchemy}-alembic{self.alembic or 'newest'}"
        return f"py{self.python}-{versions}-pytest{self.pytest or 'newest'}"


COMBINATIONS = (
    Combination("3.10", "1.4", "1.13", "7"),
    Combination("3.10", "2.0", "1.13", "8"),
    Combination("3.11", "2.0", "", "7"),
    Combination("3.11", "2.0", "", "8"),
    Combination("3.12", "1.4", ""),
    Combination("3.12", "2.0", ""),
    Combination("3.12", "2.1", ""),
    Combination("3.13", "2.1", ""),
    Combination("3.14", "2.1", ""),
)


def interpreter(version: str) -> str | None:
    """An interpreter of exactly this minor version: on PATH, of pyenv or of uv; None if there is none."""
    home = Path.home()
    places = [
        Path(found)
        for found in (shutil.which(f"python{version}"), shutil.which("python3"), sys.executable)
        if found
    ]
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    places += sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    places += sorted(home.glob(f".local/share/uv/python/cpython-{version}.*/bin/python{version}"))
    for place in places:
        # A shim of pyenv may stand on PATH for a version that is not switched on, so each is asked.
        answer = subprocess.run(
            [place, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return str(place)
    return None


def environment(combination: Combination, python: str) -> Path:
    """The combination's virtual environment, made if it isn't there; CalledProcessError if that fails."""
    folder = ENVIRONMENTS / combination.name
    stamp = folder / ".installed"
    if stamp.exists() and stamp.stat().st_mtime >= (ROOT / "pyproject.toml").stat().st_mtime:
        return folder
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    alembic = f"alembic=={combination.alembic}.*" if combination.alembic else "alembic"
    pytest = f"pytest=={combination.pytest}.*" if combination.pytest else "pytest"
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run(
        [
            *pip,
            "--editable",
            ROOT,
            f"sqlalchemy=={combination.sqlalchemy}.*",
            alembic,
            pytest,
            *TEST_PACKAGES,
        ],
        check=True,
    )
    stamp.touch()
    return folder


def core_tests() -> list[str]:
    """The files with tests that are marked as core: the others need not even be imported."""
    files = (ROOT / "tests").rglob("test_*.py")
    return sorted(str(file) for file in files if "pytest.mark.core" in file.read_text(encoding="utf-8"))


def run(combination: Combination, python: str, arguments: list[str]) -> bool:
    """Run the core tests in the combination's environment; whether they passed."""
    try:
        folder = environment(combination, python)
    except subprocess.CalledProcessError as error:
        print(f"{combination.name}: could not be set up: {error}", flush=True)
        return False
    command = [folder / "bin" / "python", "-m", "pytest", "-m", "core", "-q", "-p", "no:cacheprovider"]
    # Exit code 5, no test collected, is a failure like any other.
    return subprocess.run([*command, *(arguments or core_tests())], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Run all combinations; 1 if one failed."""
    parser = argparse.ArgumentParser(prog="make test-matrix", description=__doc__)
    parser.add_argument("--only", default="", help="combinations whose name contains this text")
    parser.add_argument("--require-all", action="store_true", help="fail for an interpreter that isn't there")
    options, arguments = parser.parse_known_args()
    results = []
    for combination in COMBINATIONS:
        if options.only not in combination.name:
            continue
        python = interpreter(combination.python)
        if python is None:
            results.append((combination.name, "no such interpreter here"))
            continue
        print(f"== {combination.name}", flush=True)
        results.append((combination.name, "passed" if run(combination, python, arguments) else "FAILED"))
    print()
    for name, result in results:
        print(f"{name:<40} {result}")
    bad = {"FAILED"} | ({"no such interpreter here"} if options.require_all else set())
    return int(not results or any(result in bad for _, result in results))


if __name__ == "__main__":
    sys.exit(main())
