"""How a zygote comes to be: spawned (perhaps ahead of its run), or forked from one that several runs share.

Imports little itself: the command line begins a zygote before it imports anything of weight.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import migcheck
from migcheck.walk.channel import PID, Branch, Serve, send_job

# Not `-m`: that would look for every module in the working directory first, where many projects have a
# folder named alembic. As for the alembic command, only prepend_sys_path puts it on the path. The folder that
# holds migcheck comes last, for a parent that found it in some way of its own.
_BEGIN = (
    "import sys; sys.path[:] = [*filter(None, sys.path), sys.argv[2]];"
    " from migcheck.walk.worker import main; main(int(sys.argv[1]))"
)

_Kind = tuple[str, bool, tuple[tuple[str, str], ...]]
_Spawned = tuple[socket.socket, "subprocess.Popen[bytes]"]
_shared: dict[_Kind, _Spawned] | None = None
_waiting: list[_Spawned] = []  # begun ahead of their runs
_one_at_a_time = threading.Lock()


class Process(Protocol):
    """What is needed of `subprocess.Popen`."""

    @property
    def returncode(self) -> int | None:
        """How it ended, where that is known."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired`."""

    def kill(self) -> None:
        """End it."""


def begun(dialect: str, rows: bool) -> tuple[socket.socket, Process]:
    """A zygote for a server of `dialect`, also for jobs with `rows`: the socket for jobs, and its process."""
    if _shared is None:
        return _serving(_waiting.pop() if _waiting else _spawned(), dialect, rows)
    # What Python itself takes from the environment, it takes when it starts.
    kind = dialect, rows, tuple(sorted(item for item in os.environ.items() if item[0].startswith("PYTHON")))
    with _one_at_a_time:
        if kind not in _shared or _shared[kind][1].poll() is not None:
            _shared[kind] = _serving(_spawned(), dialect, rows)
        return _forked(_shared[kind][0])


@contextmanager
def begun_ahead() -> Iterator[None]:
    """Begin a zygote for the first run within: it imports SQLAlchemy and Alembic while the caller imports
    what it needs itself. One that no run has taken is ended."""
    if _shared is not None:  # those are there already
        yield
        return
    _waiting.append(_spawned())
    try:
        yield
    finally:
        for control, process in _waiting:
            control.close()
            process.kill()
            process.wait()
        _waiting.clear()


@contextmanager
def shared_imports() -> Iterator[None]:
    """Within it, zygotes are forks of one that has imported SQLAlchemy, Alembic and the rest already.

    For a process with many runs, which would each import them anew (half a second and more). What is
    imported for a run in particular (a `Preload`) stays in its own zygote.
    """
    global _shared
    if _shared is not None:  # of somebody further out
        yield
        return
    _shared = {}
    try:
        yield
    finally:
        shared, _shared = _shared, None
        for control, process in shared.values():
            control.close()
            process.wait()


def _spawned() -> _Spawned:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN, str(theirs.fileno()), str(Path(migcheck.__file__).parents[1])],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    return ours, process


def _serving(spawned: _Spawned, dialect: str, rows: bool) -> _Spawned:
    """It is told for which jobs it is; one that has ended says so when it gets a job."""
    with suppress(OSError):
        send_job(spawned[0], Serve(dialect, rows), [])
    return spawned


def _forked(root: socket.socket) -> tuple[socket.socket, _Fork]:
    ours, theirs = socket.socketpair()
    life, end = socket.socketpair()
    with theirs, end:
        send_job(root, Branch(os.getcwd(), tuple(os.environ.items())), [theirs.fileno(), end.fileno()])
    return ours, _Fork(life)


class _Fork:
    """A zygote whose parent is another one. What tells of it is its `life` line: its number, and an end."""

    returncode: int | None = None

    def __init__(self, life: socket.socket) -> None:
        self._life = life
        self._said = b""

    def wait(self, timeout: float | None = None) -> int:
        """See `Process`; the exit code is not known, and taken for 0."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            self._life.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
            try:
                said = self._life.recv(PID.size)
            except TimeoutError:
                raise subprocess.TimeoutExpired("zygote", timeout or 0.0) from None
            self._said += said
            if not said:
                self._life.close()
                self.returncode = 0
        return self.returncode

    def kill(self) -> None:
        """See `Process`."""
        if len(self._said) == PID.size:
            with suppress(ProcessLookupError):
                os.kill(PID.unpack(self._said)[0], signal.SIGKILL)
