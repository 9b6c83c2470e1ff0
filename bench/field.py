"""Where contenders run: a project, a server, and whole processes that are timed from start to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from migcheck.dialects.postgresql import databases
from migcheck.model import ServerAddress
from migcheck.providers.base import Server

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Project:
    """A history to measure on.

    `configure(name, url)` writes an alembic.ini of that name that runs it on the database `url`. `scratch` is
    an empty folder for what contenders write. `python` is the interpreter that has what it imports.
    `driver` is SQLAlchemy's name of the PostgreSQL driver that its URL shall have. `generated` histories are
    honest (nothing is to be found in them without rows) and come with a models.py next to env.py.
    """

    name: str
    summary: str
    revisions: int
    configure: Callable[[str, str], Path]
    scratch: Path
    python: str = sys.executable
    driver: str = "psycopg"
    generated: bool = True


@dataclass(frozen=True)
class Field:
    """Where all contenders run: one project and one server, which is private to the bench."""

    project: Project
    server: Server

    @property
    def revisions(self) -> int:
        """The length of the history."""
        return self.project.revisions


@dataclass(frozen=True)
class Contender:
    """One way to run the history.

    `run` returns seconds. `once` is for what takes minutes by its nature. `note` says what is not plain about
    the figure.
    """

    name: str
    run: Callable[[Field], float]
    once: bool = False
    note: str = ""


class DidNotRun(RuntimeError):
    """A contender's process failed, or did not do what it is measured for."""


def url(server: ServerAddress, database: str, driver: str = "psycopg") -> str:
    """The SQLAlchemy URL of `database` on `server`, a socket directory included."""
    login = quote(server.user, safe="") + (f":{quote(server.password, safe='')}" if server.password else "")
    query = urlencode({"host": server.host, "port": server.port})
    return f"postgresql+{driver}://{login}@/{quote(database, safe='')}?{query}"


@contextmanager
def database(field: Field) -> Iterator[tuple[Path, str]]:
    """An empty database: the alembic.ini that points to it, and its URL; dropped at the end."""
    address = field.server.address
    name = databases.new_name(field.server.run)
    databases.create(address, name)
    place = url(address, name, field.project.driver)
    ini = field.project.configure(name, place)
    try:
        yield ini, place
    finally:
        ini.unlink()
        databases.drop(address, name)


def timed(
    project: Project, *arguments: str, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> tuple[float, str]:
    """Run `python ARGUMENTS` in `folder`; wall time in seconds, and its output. DidNotRun when it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [project.python, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        cwd=folder,
        env={**os.environ, **(environment or {})},
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise DidNotRun(
            f"python {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return seconds, done.stdout
