"""The parent's side of the worker processes: starting the zygote, running jobs, ending what hangs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import IO, Any

from migcheck.errors import MigcheckError, ProjectError, WalkError
from migcheck.walk.channel import send_job
from migcheck.walk.zygotes import Process, begun

Event = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Hung:
    """A job was ended because nothing came from it for too long.

    `step` is the (revision, phase) that was under way, None in env.py itself; `seconds` how long it
    was given; `why` it could never have gone on, where that was seen (else empty); `statement` what the
    server was doing for it, where it was doing anything.
    """

    step: tuple[str, str] | None
    seconds: float
    why: str
    statement: str | None


class WorkerDied(ProjectError):
    """The process of a job ended by itself, or was ended by somebody else."""


class Zygote:
    """Worker processes of one run; a context manager, after which none of them is left."""

    def __init__(self, dialect: str, *, rows: bool = False) -> None:
        """Start it; it imports what jobs on a server of `dialect` need, also those with `rows`, while the
        caller goes on."""
        self._control, self._process = begun(dialect, rows)
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._control.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def start(self, job: Any) -> Running:
        """Run `job` in a fresh process."""
        with self._one_at_a_time:
            return self._start(job)

    def _start(self, job: Any) -> Running:
        ours, theirs = socket.socketpair()
        output = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the job
        try:
            send_job(self._control, job, [theirs.fileno(), output.fileno()])
        except OSError as error:
            ours.close()
            raise WalkError(
                "the worker process ended", "run again; if it happens again, please report it"
            ) from error
        finally:
            theirs.close()
        return Running(Connection(ours.detach()), output, self._process)


class Running:
    """A job that runs in a process of its own."""

    def __init__(self, connection: Connection, output: IO[bytes], zygote: Process) -> None:
        self._zygote = zygote
        self._connection = connection
        self._output = output
        self._pid: int | None = None
        self._last = ""
        self.step: tuple[str, str] | None = None

    def wait(
        self,
        on_event: Callable[[Event], None],
        limit: float,
        stuck: Callable[[], str | None],
        running: Callable[[], str | None],
    ) -> Any:
        """The job's result, or `Hung`.

        `on_event` gets the job's events as they come. Nothing for `limit` seconds ends the job; so does
        `stuck()`, asked every other second once a step takes long, when it returns a reason why the job
        cannot ever go on; `running()` is then asked for the statement that the server runs. Raises the
        MigcheckError that the job ended with, WalkError when its process died.
        """
        begun = last = time.monotonic()
        try:
            while True:
                if self._connection.poll(2.0 if time.monotonic() - last > 4 else 0.5):
                    kind, content = self._connection.recv()
                    last = time.monotonic()
                    if kind == "started":
                        self._pid = content
                    elif kind == "event":
                        self._note(content)
                        on_event(content)
                    elif kind == "result":
                        return content
                    else:
                        raise content
                    continue
                waited = time.monotonic() - last
                why = stuck() if waited > 4 else None
                if why is not None or waited > limit:
                    return Hung(self.step, round(time.monotonic() - last, 1), why or "", running())
        except (EOFError, ConnectionResetError) as error:
            raise self._died(time.monotonic() - begun) from error
        finally:
            self.end()

    def _note(self, event: Event) -> None:
        if event[0] == "step":
            self.step = (event[1], event[2])

    def _died(self, seconds: float) -> MigcheckError:
        if self._pid is None:
            with suppress(subprocess.TimeoutExpired):
                self._zygote.wait(timeout=5)
            return WalkError(
                f"the worker process could not start (exit code {self._zygote.returncode})",
                "is migcheck installed whole? `migcheck doctor` looks",
            )
        where = f"in {self.step[1]} of revision {self.step[0]}" if self.step else "in env.py"
        return WorkerDied(
            f"the process that ran the migrations ended {where} after {seconds:.1f} s, without an exception",
            "a migration or env.py called os._exit(), crashed Python, or was killed (out of memory?)",
            self.printed(),
        )

    def printed(self, lines: int = 20) -> str:
        """The last lines that the user's code printed."""
        if self._output.closed:
            return self._last
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - 8192))
        text = self._output.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def end(self) -> None:
        """End the job's process and everything it has started."""
        if self._pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
            self._pid = None
        self._connection.close()
        self._last = self.printed()
        self._output.close()
