"""migcheck walks the histories of published packages, unchanged, and finds exactly what is wrong with them.

Some of them always run, on some databases; MIGCHECK_TEST_REAL names others, or `all`. A package that cannot
be downloaded is a skip, unless MIGCHECK_TEST_REQUIRE names `real`, and so is a database that isn't there,
unless it names `local`, `mariadb` or `docker`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from migcheck.providers import provider_for
from tests.integration.real.histories import HISTORIES, Database, History
from tests.integration.real.install import NotInstalled, interpreter, project

REQUIRED = os.environ.get("MIGCHECK_TEST_REQUIRE", "").replace(",", " ").split()
CHOSEN = os.environ.get("MIGCHECK_TEST_REAL", "").replace(",", " ").split()
# A run that hangs fails here, long before the suite's own limit.
LIMIT = 600

pytestmark = [pytest.mark.real, pytest.mark.slow]


def chosen() -> list[tuple[History, Database]]:
    """What always runs, and all of the histories that the environment names."""
    unknown = set(CHOSEN) - {history.name for history in HISTORIES} - {"all"}
    assert not unknown, f"MIGCHECK_TEST_REAL names histories that are not there: {sorted(unknown)}"
    return [
        (history, database)
        for history in HISTORIES
        for database in (
            *history.always,
            *(history.on_request if {"all", history.name} & set(CHOSEN) else ()),
        )
    ]


def skip(reason: str, requirement: str) -> None:
    """Skip aloud; fail where the environment says that this must be there."""
    if requirement in REQUIRED:
        pytest.fail(f"{reason} (MIGCHECK_TEST_REQUIRE asks for it)")
    pytest.skip(reason)


def require(database: Database, request: pytest.FixtureRequest) -> None:
    """Skip where the database cannot be had here."""
    if database.spec.startswith("docker:"):
        request.getfixturevalue("engine")
        return
    there = provider_for(database.spec, dialect=database.dialect).availability()
    word = "mariadb" if database.dialect == "mariadb" else database.spec.split(":")[0]
    if not there.available:
        skip(f"{database.name}: {there.detail}", word)
    if database.dialect == "mariadb" and "MariaDB" not in there.detail:
        skip(f"{database.name}: what is installed is {there.detail}", word)


def command(database: Database, python: Path, config: Path, output: Path) -> list[str]:
    """The command line a user of that package would type."""
    words = [str(python), "-m", "migcheck", "verify", "--url", str(config), "--database", database.spec]
    return [*words, "--format", "json", "--output", str(output), "--quiet"]


def verified(history: History, database: Database, folder: Path) -> dict[str, Any]:
    """The report of one run, in a working directory of its own."""
    try:
        python, config = interpreter(history.sqlalchemy), project(history, database)
    except NotInstalled as error:
        skip(str(error), "real")
    output = folder / "report.json"
    done = subprocess.run(
        command(database, python, config, output),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode in (0, 1), f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(output.read_text())
    assert report["exit_code"] == done.returncode
    return report


def lines(findings: list[dict[str, Any]]) -> list[str]:
    """One short line for each code and revision: what two lists of findings are compared by."""
    return sorted({f"{finding['code']} {finding['revision'] or '-'}" for finding in findings})


@pytest.mark.parametrize(
    ("history", "database"), [pytest.param(*walk, id=f"{walk[0].name}-{walk[1].name}") for walk in chosen()]
)
def test_history_of_a_published_package(
    history: History, database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The run ends by itself, walks every revision or says why not, and finds what is known to be wrong."""
    require(database, request)
    report = verified(history, database, tmp_path)
    expected = json.loads(history.expected(database.dialect).read_text())
    messages = "\n".join(
        f"{finding['code']} {finding['revision']}: {finding['message']}" for finding in report["findings"]
    )
    assert report["target"]["dialect"] == database.dialect
    assert lines(report["findings"]) == lines(expected["findings"]), messages
    assert report["history"]["revisions"] == expected["revisions"]
    assert report["history"]["verified"] == expected["verified"]
    assert all(entry["reason"] for entry in report["revisions"] if entry["status"] == "skipped")


def test_expectations_are_justified() -> None:
    """Every expected finding says in a sentence what the revision does wrong; none is listed twice."""
    for history in HISTORIES:
        for dialect in {database.dialect for database in (*history.always, *history.on_request)}:
            expected = json.loads(history.expected(dialect).read_text())
            assert all(len(finding["why"]) > 20 for finding in expected["findings"]), history.name
            assert len(lines(expected["findings"])) == len(expected["findings"]), history.name
