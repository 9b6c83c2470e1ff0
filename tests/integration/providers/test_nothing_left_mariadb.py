"""However a run on the installed MariaDB ends, nothing of it is left: no process, no directory."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from migcheck.providers import directories
from tests.integration.providers.runs import (
    PATIENCE,
    begin,
    begin_ready,
    keeper_of,
    nothing_left,
    processes,
    wait_for,
)

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc"),
    pytest.mark.usefixtures("mariadb"),  # which says when there is none
]

# What has happened when a run is ended: each further into its life than the one before.
MOMENTS: dict[str, Callable[[Path], bool]] = {
    "at once": lambda place: True,
    "data folder made": lambda place: any(place.glob("*/data")),
    "bootstrap at work": lambda place: any(place.glob("*/data/ibdata1")),
    "system tables made": lambda place: any(place.glob("*/data/sys/*.frm")),
    "server started": lambda place: any(place.glob("*/data/ibtmp1")),
    "socket there": lambda place: any(place.glob("*/socket/mysqld.sock")),
}


def server_of(place: Path) -> int:
    """The process of the server below `place`."""
    return int(next(place.glob("*/data/mysqld.pid")).read_text())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("moment", MOMENTS)
def test_ended_while_starting(place: Path, moment: str, number: signal.Signals) -> None:
    for _ in range(2):
        run = begin(place, "mariadb")
        assert wait_for(lambda: MOMENTS[moment](place))
        os.killpg(run.pid, number)  # as a terminal does: to all of the foreground group
        run.wait(PATIENCE)
        nothing_left(place)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_ended_while_at_work(place: Path, number: signal.Signals) -> None:
    run = begin_ready(place, "mariadb")
    os.killpg(run.pid, number)
    try:
        run.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        # Python drops what a handler raises while it destroys an object, and so a Ctrl-C in a thousand.
        assert number == signal.SIGINT
        os.killpg(run.pid, number)
        run.wait(PATIENCE)
    nothing_left(place)


def test_exception(place: Path) -> None:
    run = begin_ready(place, "mariadb", "fail")
    assert run.wait(PATIENCE) == 1
    assert not list(place.iterdir())  # already, not soon: the run waits for its keeper
    assert not processes(place)


def test_server_ends_with_a_killed_keeper(place: Path) -> None:
    run = begin_ready(place, "mariadb")
    os.kill(keeper_of(run), signal.SIGKILL)
    run.wait(PATIENCE)  # its next statement fails; on the way out it does the keeper's work
    nothing_left(place)


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="elsewhere servers outlive their keepers")
def test_next_run_cleans_up_after_run_and_keeper_were_killed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin_ready(place, "mariadb")
    keeper, server = keeper_of(run), server_of(place)
    for pid in (run.pid, keeper):
        os.kill(pid, signal.SIGSTOP)  # so that neither gets to react to the other's end
    for pid in (keeper, run.pid):
        os.kill(pid, signal.SIGKILL)
    run.wait()
    assert wait_for(lambda: server not in processes(place))  # the kernel told it of its keeper's end
    assert list(place.iterdir())
    monkeypatch.setattr(directories, "places", lambda: [place])
    directories.sweep()
    nothing_left(place)


def test_two_at_once_leave_each_other_alone(place: Path) -> None:
    runs = [begin(place, "mariadb"), begin(place, "mariadb")]
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    first, second = runs
    second.kill()
    second.wait()
    assert wait_for(lambda: len(list(place.iterdir())) == 1)
    assert keeper_of(first) in processes(place)
    third = begin_ready(place, "mariadb")
    assert first.poll() is None
    for run in (first, third):
        run.terminate()
        run.wait()
    nothing_left(place)
