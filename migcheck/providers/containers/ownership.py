"""Whose a container is: labels that tell later runs whether the process that made it still lives."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

MARK = "migcheck"
"""The label of every container of ours."""

RUN = "migcheck.run"
"""The label with the id of the run that a container belongs to."""

REUSE = "migcheck.reuse"
"""The label of a container that is kept for later runs: what it was made from."""

_MACHINE = "migcheck.machine"
_OWNER = "migcheck.owner"


def labels_of_run(run: str) -> dict[str, str]:
    """The labels of a container that belongs to this process and to `run`."""
    return {MARK: "run", RUN: run, _MACHINE: _machine(), _OWNER: f"{os.getpid()} {_started(os.getpid())}"}


def is_abandoned(labels: Mapping[str, str]) -> bool:
    """Whether the process that made the container is known to be dead.

    Of processes of another machine, or of another container on this one, nothing is known.
    """
    pid, _, started = labels.get(_OWNER, "").partition(" ")
    if RUN not in labels or labels.get(_MACHINE) != _machine() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # another user's
    # The number may have been given to another process since.
    return _started(int(pid)) not in (started, "")


def _machine() -> str:
    """What numbers of processes are unique in: this machine since its start, and a container on it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{platform.node()} {boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:  # no Linux, where the time at which a process began tells as much
        return platform.node()


def _started(pid: int) -> str:
    """When a process began, in whatever unit the system has; empty where that cannot be known."""
    try:
        # After the name, which may have spaces and brackets in it; see proc(5).
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        return " ".join(subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.split())
    except (OSError, subprocess.TimeoutExpired):
        return ""
