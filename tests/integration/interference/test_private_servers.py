"""Private servers that end, or fall silent, while their run goes on."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.interference.run import Run, could_not_verify, gone

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="finds a server through /proc")


@pytest.fixture(params=["postgresql", "mysql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Each of the two; where MariaDB is missing see `mariadb`."""
    if request.param == "mysql":
        request.getfixturevalue("mariadb")
    return str(request.param)


def begin(dialect: str, folder: Path, **wait: float) -> tuple[Run, list[int]]:
    """A run whose upgrade of 0002 has begun, and the processes of its server."""
    begun = folder / "begun"
    run = Run("embedded" if dialect == "postgresql" else "local", dialect, begun=str(begun), **wait)
    assert not gone(lambda: [] if begun.exists() else [begun], 30)
    return run, run.server()


def end(server: list[int], number: signal.Signals) -> None:
    for pid in server:
        with suppress(ProcessLookupError):  # it has ended with the first
            os.kill(pid, number)


def nothing_left(server: list[int], data: Path) -> None:
    assert not gone(lambda: [pid for pid in server if os.path.exists(f"/proc/{pid}/cwd")])
    assert not data.parent.exists()


def test_slow_to_start(dialect: str) -> None:
    run = Run("embedded" if dialect == "postgresql" else "local", dialect, "--target", "0001")
    assert not gone(lambda: [] if run.server() else ["no process of the server yet"], 30)
    stopped = run.server()
    end(stopped, signal.SIGSTOP)
    time.sleep(3)
    end(stopped, signal.SIGCONT)
    outcome = run.end()
    assert outcome.code == 0, outcome.errors
    assert outcome.seconds > 3


@pytest.mark.parametrize(
    "wait", [{"asleep": 60}, {"idle": 1}], ids=["in a statement", "between two statements"]
)
def test_killed(dialect: str, wait: dict[str, float], tmp_path: Path) -> None:
    run, server = begin(dialect, tmp_path, **wait)
    data = Path(f"/proc/{server[0]}/cwd").readlink()
    end(server[:1], signal.SIGKILL)
    could_not_verify(run.end(), "was lost in upgrade of 0002: ")
    nothing_left(server, data)


@pytest.mark.usefixtures("mariadb")
def test_stopped(tmp_path_factory: pytest.TempPathFactory) -> None:
    """They accept connections still, and answer none: the kernel does that for them."""
    runs = []
    for dialect in ("postgresql", "mysql"):
        run, server = begin(dialect, tmp_path_factory.mktemp(dialect), asleep=60)
        runs.append((run, server, Path(f"/proc/{server[0]}/cwd").readlink()))
        end(server, signal.SIGSTOP)
    for run, server, data in runs:
        outcome = run.end()
        could_not_verify(outcome, "no connection to ")
        assert outcome.seconds < 40
        nothing_left(server, data)
