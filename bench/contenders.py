"""What is measured, each as a whole process: from the start of Python to its end."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from bench import histories
from migcheck.dialects.postgresql import databases
from migcheck.model import ServerAddress
from migcheck.providers.base import Server

ROWS = 5  # in each table, as by default


@dataclass(frozen=True)
class Field:
    """Where all contenders run: one history and one server.

    `folder` holds the generated project of `revisions` revisions; `server` is private to the bench.
    """

    folder: Path
    revisions: int
    server: Server


@dataclass(frozen=True)
class Contender:
    """One way to run the history. `run` returns seconds; `note` says what is not plain about them."""

    name: str
    run: Callable[[Field], float]
    once: bool = False
    note: str = ""


def url(server: ServerAddress, database: str) -> str:
    """The SQLAlchemy URL (psycopg 3) of `database` on `server`, a socket directory included."""
    login = quote(server.user, safe="") + (f":{quote(server.password, safe='')}" if server.password else "")
    query = urlencode({"host": server.host, "port": server.port})
    return f"postgresql+psycopg://{login}@/{quote(database, safe='')}?{query}"


@contextmanager
def _database(field: Field) -> Iterator[Path]:
    """An empty database, and the alembic.ini that points to it; dropped at the end."""
    address = field.server.address
    name = databases.new_name(field.server.run)
    databases.create(address, name)
    ini = histories.configure(field.folder, name, url(address, name))
    try:
        yield ini
    finally:
        ini.unlink()
        databases.drop(address, name)


def _timed(*arguments: str) -> tuple[float, str]:
    """Run `python ARGUMENTS`; its wall time in seconds and its output. RuntimeError when it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(
            f"python {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return seconds, done.stdout


def upgrade_head(field: Field) -> float:
    """`alembic upgrade head`."""
    with _database(field) as ini:
        return _timed("-m", "alembic", "-c", str(ini), "upgrade", "head")[0]


def bare_walk(field: Field) -> float:
    """Every revision up, down and up in one run of env.py, with nothing looked at."""
    with _database(field) as ini:
        seconds, output = _timed("-m", "bench.bare_walk", str(ini))
    if int(output) != 3 * field.revisions:
        raise RuntimeError(f"the bare walk took {output.strip()} steps, not {3 * field.revisions}")
    return seconds


def command_per_step(field: Field) -> float:
    """The same steps, an alembic command each."""
    with _database(field) as ini:
        return _timed("-m", "bench.command_per_step", str(ini))[0]


def sampled_command_per_step(field: Field) -> float:
    """The same, extrapolated from 20 revisions that are spread evenly over the history."""
    chosen = [f"r{number * field.revisions // 20 + 1:04}" for number in range(20)]
    with _database(field) as ini:
        steps, seconds = _timed("-m", "bench.command_per_step", str(ini), *chosen)[1].split()
    return float(seconds) / int(steps) * 3 * field.revisions


def verify(field: Field) -> float:
    """`migcheck verify` on the same server, without rows."""
    return _verify(field, "--database", _server(field), rows=0)


def verify_in_one_job(field: Field) -> float:
    """The same, one thing at a time."""
    return _verify(field, "--database", _server(field), "--jobs", "1", rows=0)


def verify_with_rows(field: Field) -> float:
    """The same with rows in the tables, and those that would break each revision."""
    return _verify(field, "--database", _server(field), rows=ROWS)


def verify_embedded(field: Field) -> float:
    """`migcheck verify` as users call it, the start of its own server included."""
    return _verify(field, rows=ROWS)


def _server(field: Field) -> str:
    return url(field.server.address, field.server.address.database)


def _verify(field: Field, *options: str, rows: int) -> float:
    return verify_on(field.folder, field.revisions, histories.NEVER_OPENED, *options, rows=rows)


def verify_on(folder: Path, revisions: int, url: str, *options: str, rows: int = 0) -> float:
    """Time one `migcheck verify` that gives each table `rows` rows.

    RuntimeError unless it walked every revision, put rows in, and found nothing but rows that the history's
    new constraints do not take.
    """
    report = folder / "report.json"
    ini = histories.configure(folder, "verify", url)
    seconds, _ = _timed(
        *("-m", "migcheck", "verify", "--url", str(ini), "--format", "json", "--output", str(report)),
        *("--seed-rows", str(rows), "--fail-on", "never"),
        *options,
    )
    content = json.loads(report.read_text())
    found = {finding["code"] for finding in content["findings"]} - ({"MC301", "MC307"} if rows else set())
    if content["history"]["verified"] != revisions or found:
        raise RuntimeError(f"migcheck did not verify the history cleanly: {sorted(found)}")
    if rows and not content["revisions"][-1]["rows_seeded"]:
        raise RuntimeError("migcheck put no rows in")
    return seconds


CONTENDERS = (
    Contender("alembic upgrade head", upgrade_head),
    Contender("bare walk, one env.py run", bare_walk),
    Contender("alembic command per step", command_per_step, once=True, note="measured once"),
    Contender("migcheck verify, no rows", verify),
    Contender("migcheck verify, one job", verify_in_one_job, note="no rows"),
    Contender("migcheck verify, with rows", verify_with_rows),
    Contender("migcheck verify, embedded", verify_embedded, note="with rows; starts its own server"),
)
SAMPLED = Contender(
    "alembic command per step", sampled_command_per_step, once=True, note="extrapolated from 60 steps"
)
