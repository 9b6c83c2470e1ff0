"""`migcheck verify` killed with -9 ten times, each time further on: ten seconds later nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc")

EXAMPLE = Path(__file__).parents[3] / "examples" / "shop" / "alembic.ini"
FURTHER = 0.4  # seconds between the moments of two kills


def family(pid: int) -> dict[int, str]:
    """The process and all that it has started: pid -> its start time, to know it from a later one."""
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            found[one] = started(one)
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
    return found


def started(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def alive(pid: int, since: str) -> bool:
    try:
        return started(pid) == since and Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def directories(pid: int) -> set[Path]:
    """The folders whose lock the process or its children hold open."""
    found = set()
    for one in family(pid):
        try:
            links = [os.readlink(link) for link in Path(f"/proc/{one}/fd").iterdir()]
        except OSError:
            continue
        found |= {Path(link).parent for link in links if link.endswith("/.migcheck-lock")}
    return found


@pytest.mark.slow
def test_ten_kills() -> None:
    processes: dict[int, str] = {}
    folders: set[Path] = set()
    segments: set[str] = set()
    for number in range(10):
        run = subprocess.Popen(
            [sys.executable, "-m", "migcheck", "verify", "--url", str(EXAMPLE)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while run.poll() is None and not (seen := directories(run.pid)):
            time.sleep(0.01)
        assert run.poll() is None, "ended before it had a server"
        time.sleep(number * FURTHER)
        processes |= family(run.pid)
        folders |= seen
        for folder in seen:
            path = folder / "data" / "postmaster.pid"
            lines = path.read_text().splitlines() if path.exists() else []
            segments |= {lines[6].split()[1]} if len(lines) > 6 else set()
        run.kill()
        run.wait()
    assert len(folders) >= 10
    assert segments
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (left(processes) or any(map(Path.exists, folders))):
        time.sleep(0.1)
    assert not left(processes)
    assert [folder for folder in folders if folder.exists()] == []
    there = {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]}
    assert not segments & there


def left(processes: dict[int, str]) -> list[int]:
    return [pid for pid, since in processes.items() if alive(pid, since)]
