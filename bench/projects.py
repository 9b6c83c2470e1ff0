"""The projects that are measured on: generated histories, and those of published packages."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path

from bench import histories
from bench.field import Project
from tests.integration.real import install
from tests.integration.real.histories import HISTORIES, Database, History

# Three of those that the tests walk on the embedded PostgreSQL, with the number of simple revisions that take
# about as long.
REAL = {"agentscope": 25, "argilla-server": 200, "ckan": 2000}


def generated(folder: Path, kind: str, revisions: int) -> Project:
    """A generated history of `kind`, written into the new folder `folder`."""
    histories.write(folder / "migrations", revisions, kind)
    (folder / "scratch").mkdir()
    return Project(
        kind,
        histories.KINDS[kind].summary,
        revisions,
        lambda name, url: histories.configure(folder / "migrations", name, url),
        folder / "scratch",
    )


def published(folder: Path, name: str) -> Project:
    """The history of a published package, unchanged; it is downloaded where it is not there.

    NotInstalled (of the tests) when it cannot be had.
    """
    history = next(history for history in HISTORIES if history.name == name)
    python = install.interpreter(history.sqlalchemy)
    _plugin(python)
    revisions = json.loads(history.expected("postgresql").read_text())["revisions"]
    folder.mkdir(parents=True)
    return Project(
        history.requirement.replace("==", " "),
        "published, unchanged",
        revisions,
        lambda name, url: _configure(history, name, url),
        folder,
        str(python),
        "psycopg2",
        generated=False,
    )


def _plugin(python: Path) -> None:
    """pytest-alembic in the environment of the published histories."""
    there = subprocess.run([python, "-c", "import pytest_alembic"], capture_output=True, check=False)
    if there.returncode:
        install.pip(python, "pytest-alembic")


def _configure(history: History, name: str, url: str) -> Path:
    # The tests' own name for the folder, so that nothing but this file is new in it.
    database = Database("bench", "embedded", "postgresql", url.replace("%", "%%"))
    written = install.project(history, dataclasses.replace(database, name="bench"))
    return written.rename(written.with_name(f"{name}.ini"))
