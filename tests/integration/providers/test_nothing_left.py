"""However a run ends, nothing of it is left: no process, no directory, no shared memory."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from migcheck.providers import directories, keeper
from tests.integration.providers.runs import (
    PATIENCE,
    begin,
    begin_ready,
    keeper_of,
    nothing_left,
    processes,
    wait_for,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc")


# What has happened when a run is killed: each further into its life than the one before.
MOMENTS: dict[str, Callable[[Path], bool]] = {
    "at once": lambda place: True,
    "directory made": lambda place: any(place.iterdir()),
    "data folder made": lambda place: any(place.glob("*/data")),
    "initdb at work": lambda place: any(place.glob("*/data/base")),
    "bootstrap done": lambda place: any(place.glob("*/data/base/4")),
    "cluster made": lambda place: any(place.glob("*/data/base/5")),
    "server started": lambda place: any(place.glob("*/data/postmaster.pid")),
    "socket there": lambda place: any(place.glob("*/socket/.s.PGSQL.5432")),
}


def postmaster(place: Path) -> list[str]:
    """Lines of the postmaster.pid below `place`."""
    return next(place.glob("*/data/postmaster.pid")).read_text().splitlines()


def segments() -> set[str]:
    """Numbers of all System V shared memory segments."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {line.split()[1] for line in lines}


def orphans() -> set[str]:
    """Numbers of the segments whose creator is gone."""
    rows = (line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:])
    return {row[1] for row in rows if not Path("/proc", row[4]).exists()}


def segment(place: Path) -> str:
    """The number of the server's segment; it is in postmaster.pid a moment after the file is."""
    wait_for(lambda: len(postmaster(place)) > 6, 5)
    return postmaster(place)[6].split()[1]


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_while_starting(place: Path, moment: str) -> None:
    before = orphans()
    for _ in range(3):
        run = begin(place)
        assert wait_for(lambda: MOMENTS[moment](place))
        run.kill()
        run.wait()
        nothing_left(place)
    assert wait_for(lambda: orphans() <= before)


def test_kill_ten_times_in_a_row(place: Path) -> None:
    numbers = set()
    for _ in range(10):
        run = begin_ready(place)
        numbers.add(segment(place))
        run.kill()
        run.wait()
    nothing_left(place)
    assert not numbers & segments()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_signals(place: Path, number: signal.Signals) -> None:
    run = begin_ready(place)
    shared = segment(place)
    assert shared in segments()
    os.killpg(run.pid, number)  # as a terminal does: to all of the foreground group
    run.wait(PATIENCE)
    nothing_left(place)
    assert shared not in segments()


def test_exception(place: Path) -> None:
    run = begin_ready(place, "embedded", "fail")
    assert run.wait(PATIENCE) == 1
    assert not list(place.iterdir())  # already, not soon: the run waits for its keeper
    assert not processes(place)


def test_a_forked_child_that_outlives_the_run_keeps_nothing_alive(place: Path) -> None:
    run = begin_ready(place, "embedded", "fork")
    forked = [pid for pid, arguments in processes(place).items() if "one_run" in arguments and pid != run.pid]
    try:
        run.kill()
        run.wait()
        assert wait_for(lambda: not list(place.iterdir()))
    finally:
        for pid in forked:
            os.kill(pid, signal.SIGKILL)
    nothing_left(place)


def test_server_ends_with_a_killed_keeper(place: Path) -> None:
    run = begin_ready(place)
    shared = segment(place)
    os.kill(keeper_of(run), signal.SIGKILL)
    run.wait(PATIENCE)  # its next statement fails; on the way out it does the keeper's work
    nothing_left(place)
    assert shared not in segments()


def test_next_run_cleans_up_after_run_and_keeper_were_killed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin_ready(place)
    shared = segment(place)
    helper, server = keeper_of(run), int(postmaster(place)[0])
    for pid in (run.pid, helper, server):
        os.kill(pid, signal.SIGSTOP)  # so that none of them gets to react to the others' end
    for pid in (server, helper, run.pid):
        os.kill(pid, signal.SIGKILL)
    run.wait()
    assert wait_for(lambda: not processes(place))
    assert list(place.iterdir())
    assert shared in segments()
    monkeypatch.setattr(directories, "places", lambda: [place])
    directories.sweep()
    nothing_left(place)
    assert shared not in segments()


def test_next_run_stops_a_server_whose_keeper_was_killed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems where the kernel does not tell the server of its keeper's end."""
    run = begin_ready(place)
    helper, server = keeper_of(run), int(postmaster(place)[0])
    os.kill(server, signal.SIGSTOP)  # the signal that comes with the keeper's end waits
    for pid in (helper, run.pid):
        os.kill(pid, signal.SIGKILL)
    run.wait()
    assert wait_for(lambda: helper not in processes(place))
    assert server in processes(place)
    monkeypatch.setattr(keeper, "_QUIT_PATIENCE", 0.2)
    monkeypatch.setattr(directories, "places", lambda: [place])
    directories.sweep()
    nothing_left(place)


def test_a_run_leaves_a_living_one_alone(place: Path) -> None:
    first = begin_ready(place)
    second = begin_ready(place)
    assert len(list(place.iterdir())) == 2
    second.kill()
    second.wait()
    assert wait_for(lambda: len(list(place.iterdir())) == 1)
    assert first.pid in processes(place)
    assert keeper_of(first) in processes(place)
    third = begin_ready(place)
    assert first.poll() is None
    for run in (first, third):
        run.terminate()
        run.wait()
    nothing_left(place)


@pytest.mark.slow
def test_two_runs_that_start_at_once(place: Path) -> None:
    runs = [begin(place), begin(place)]
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        run.kill()
        run.wait()
    nothing_left(place)
