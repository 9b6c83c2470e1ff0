"""migcheck walks the histories of published packages, unchanged, and finds exactly what is wrong with them.

Six of them always run; MIGCHECK_TEST_REAL names others, or `all`. A package that cannot be downloaded is a
skip, unless MIGCHECK_TEST_REQUIRE names `real`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from migcheck.providers import provider_for
from tests.integration.real.histories import HISTORIES, History
from tests.integration.real.install import NotInstalled, interpreter, project

REQUIRED = os.environ.get("MIGCHECK_TEST_REQUIRE", "").replace(",", " ").split()
CHOSEN = os.environ.get("MIGCHECK_TEST_REAL", "").replace(",", " ").split()
# A run that hangs fails here, long before the suite's own limit.
LIMIT = 600

pytestmark = [pytest.mark.real, pytest.mark.slow]


def chosen() -> list[History]:
    """Those that always run and those that the environment names."""
    unknown = set(CHOSEN) - {history.name for history in HISTORIES} - {"all"}
    assert not unknown, f"MIGCHECK_TEST_REAL names histories that are not there: {sorted(unknown)}"
    return [h for h in HISTORIES if h.always or "all" in CHOSEN or h.name in CHOSEN]


def skip(reason: str, requirement: str) -> None:
    """Skip aloud; fail where the environment says that this must be there."""
    if requirement in REQUIRED:
        pytest.fail(f"{reason} (MIGCHECK_TEST_REQUIRE asks for it)")
    pytest.skip(reason)


def command(history: History, python: Path, config: Path, output: Path) -> list[str]:
    """The command line a user of that package would type."""
    words = [str(python), "-m", "migcheck", "verify", "--url", str(config), "--database", history.database]
    words += ["--format", "json", "--output", str(output), "--quiet"]
    for target in history.targets:
        words += ["--target", target]
    for variable in history.variables:
        words += ["--env", variable]
    if history.setup is not None:
        words += ["--setup", str(history.setup)]
    if history.stamp is not None:
        words += ["--stamp", history.stamp]
    return words


def verified(history: History, folder: Path) -> dict[str, Any]:
    """The report of one run, in a working directory of its own."""
    try:
        python, config = interpreter(history.sqlalchemy), project(history)
    except NotInstalled as error:
        skip(str(error), "real")
    output = folder / "report.json"
    done = subprocess.run(
        command(history, python, config, output),
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


@pytest.mark.parametrize("history", chosen(), ids=lambda history: history.name)
def test_history_of_a_published_package(history: History, tmp_path: Path) -> None:
    """The run ends by itself, walks every revision or says why not, and finds what is known to be wrong."""
    there = provider_for(history.database).availability()
    if not there.available:
        skip(f"{history.database}: {there.detail}", history.database.split(":")[0])
    report = verified(history, tmp_path)
    expected = json.loads(history.expected.read_text())
    messages = "\n".join(
        f"{finding['code']} {finding['revision']}: {finding['message']}" for finding in report["findings"]
    )
    assert lines(report["findings"]) == lines(expected["findings"]), messages
    assert report["history"]["revisions"] == expected["revisions"]
    assert report["history"]["verified"] == expected["verified"]
    assert all(entry["reason"] for entry in report["revisions"] if entry["status"] == "skipped")


def test_expectations_are_justified() -> None:
    """Every expected finding says in a sentence what the revision does wrong; none is listed twice."""
    for history in HISTORIES:
        expected = json.loads(history.expected.read_text())
        assert all(len(finding["why"]) > 20 for finding in expected["findings"]), history.name
        assert len(lines(expected["findings"])) == len(expected["findings"]), history.name
