"""However a run ends, in the middle or before its time: nothing of it is left, neither process nor file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"),
]
HISTORY = Path(__file__).parents[2] / "fixtures" / "honest" / "long_linear" / "alembic.ini"
PATIENCE = 10.0  # seconds until nothing may be left after kill -9


class Run:
    """A run of migcheck, whose processes are those that descend from it.

    They are found while they run: a daemon of it is nobody's child once its parent is gone.
    """

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self.seen: dict[int, str] = {}
        self.places: set[str] = set()
        self.foreign = set(_shared_memory())
        self.process = subprocess.Popen(
            [sys.executable, "-m", "migcheck", "verify", *words],
            env={**os.environ, "TMPDIR": str(folder)}, cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self.seen[self.process.pid] = _born(self.process.pid)

    def look(self) -> None:
        """Note every process of the run, and every data directory that one of them works on."""
        parents = {pid: stat[1] for pid in _pids() if (stat := _stat(pid))}
        for pid in sorted(parents):
            if int(parents[pid]) in self.seen:
                self.seen.setdefault(pid, _born(pid))
                self.places.update(word for word in _command(pid).split() if "/migcheck-" in word)

    def wait_for_workers(self, seconds: float) -> None:
        """Until the server and a worker are at work, and then some."""
        deadline = time.monotonic() + 30
        until = deadline
        while time.monotonic() < min(until, deadline) and self.process.poll() is None:
            self.look()
            # keeper, zygote, a worker, and the server with its five or more
            if until == deadline and len(self.alive()) > 8:
                until = time.monotonic() + seconds
            time.sleep(0.02)

    def alive(self) -> list[int]:
        """Every process seen that is still there, and still the same."""
        return [pid for pid, born in self.seen.items() if born and _born(pid) == born]

    def left_after(self, seconds: float) -> list[str]:
        """What is still left after at most `seconds`: processes, shared memory, files."""
        deadline = time.monotonic() + seconds
        while (left := self._left()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def _left(self) -> list[str]:
        processes = [f"process {pid}: {_command(pid)}" for pid in self.alive()]
        memory = [
            f"shared memory of {pid}"
            for segment, pid in _shared_memory().items()
            # A number of ours may by now be that of somebody else's process.
            if segment not in self.foreign and pid in self.seen and _born(pid) in ("", self.seen[pid])
        ]
        files = [str(path) for path in [*map(Path, self.places), *self.folder.iterdir()] if path.exists()]
        return processes + memory + files


def _pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _stat(pid: int) -> list[str]:
    """State, parent and so on (proc(5), from field 3); empty for a process that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return [] if fields[0] == "Z" else fields


def _born(pid: int) -> str:
    return stat[19] if (stat := _stat(pid)) else ""


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _shared_memory() -> dict[str, int]:
    """The process that made it, for every shared memory segment there is, by the segment's id."""
    segments = Path("/proc/sysvipc/shm")
    lines = segments.read_text().splitlines()[1:] if segments.exists() else []
    return {words[1]: int(words[4]) for words in map(str.split, lines)}


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4, 2.7])
def test_kill_9_in_the_middle_leaves_nothing(tmp_path: Path, moment: float) -> None:
    run = Run(tmp_path, "--url", str(HISTORY))
    run.wait_for_workers(moment)
    run.process.kill()
    run.process.communicate()
    assert run.left_after(PATIENCE) == []


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_leave_nothing_when_it_returns(
    tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    run = Run(tmp_path, "--url", str(HISTORY))
    run.wait_for_workers(0.5)
    run.process.send_signal(sent)
    _, errors = run.process.communicate(timeout=10)
    # The keeper is the last to go, right after the parent that told it to.
    assert run.left_after(1.0) == []
    assert run.process.returncode == code, errors
    assert "Traceback" not in errors


def test_a_run_that_ends_by_itself_leaves_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path, "--url", str(HISTORY))
    run.wait_for_workers(0)
    output, errors = run.process.communicate(timeout=120)
    assert run.process.returncode == 0, errors
    assert "24 revisions verified" in output
    assert run.left_after(1.0) == []
