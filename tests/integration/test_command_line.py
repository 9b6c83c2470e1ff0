"""`migcheck verify` as a user runs it, on the example and a real server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from migcheck.reporters.json import SCHEMA
from tests.integration.documents import without_times

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example project."""
    folder = tmp_path_factory.mktemp("example") / "shop"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def verify(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migcheck", "verify", *words]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("MIGCHECK_", "FORCE_COLOR"))}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=180)


def test_json_keeps_its_contract_and_is_the_same_each_time(shop: Path) -> None:
    first = verify(shop, "--format", "json")
    second = verify(shop.parent, "--url", "shop", "--format", "json", "--output", "report.json")
    written = (shop.parent / "report.json").read_text()
    assert (first.returncode, second.returncode) == (1, 1)
    assert (first.stderr, second.stderr, second.stdout) == ("", "", "")
    report = json.loads(first.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(report)
    assert report["exit_code"] == 1
    folder = "migrations/versions"
    at_fault = [f"{folder}/0004_order_status.py", f"{folder}/0005_prices_are_not_negative.py"]
    assert sorted({f["path"] for f in report["findings"]}) == at_fault
    shown = {f["path"] for f in json.loads(written)["findings"]}
    assert sorted(shown) == [f"shop/{path}" for path in at_fault]
    elsewhere = json.dumps(without_times(written)).replace("shop/", "")
    assert json.dumps(without_times(first.stdout)) == elsewhere


def test_terminal_shows_the_findings_and_fail_on_decides_the_exit_code(shop: Path) -> None:
    done = verify(shop, "--fail-on", "never", "--database", "embedded")
    assert done.returncode == 0
    assert "0004  orders have a status\n" in done.stdout
    said = " ".join(done.stdout.split())
    assert "error[MC204] not-reversible: index ix_orders_placed_at on orders is left behind" in said
    assert "  --> migrations/versions/0004_order_status.py:" in done.stdout
    assert "revisions verified on PostgreSQL" in done.stdout.splitlines()[-1]
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_very_quiet_says_nothing_but_the_exit_code(shop: Path) -> None:
    done = verify(shop, "-qq")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_reader_that_leaves_does_not_change_the_verdict(shop: Path) -> None:
    shell = f"'{sys.executable}' -m migcheck verify | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], cwd=shop, capture_output=True, text=True, timeout=180)
    assert (done.returncode, done.stderr) == (1, "")


def hears(process: int, number: int) -> bool:
    """Whether the process has set a handler for the signal (Linux: the mask SigCgt, bit number - 1)."""
    status = Path(f"/proc/{process}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks into /proc")
@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_cleanly(shop: Path, number: signal.Signals, seconds: float) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "migcheck", "verify"],
        cwd=shop,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not hears(run.pid, signal.SIGTERM):
        time.sleep(0.01)
    time.sleep(seconds)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (128 + number, "")
    assert err.strip() == "interrupted; everything that was started is gone"
