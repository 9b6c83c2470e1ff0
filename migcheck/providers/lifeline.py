"""The parent's end of the line to a keeper."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from migcheck.errors import ProviderError
from migcheck.providers import keeper
from migcheck.providers.directories import RunDirectory

_END_PATIENCE = 20.0  # seconds for the keeper to clean up before the parent does it


class Lifeline:
    """A running keeper; as long as it is open the keeper keeps what it was told of."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.directories: list[RunDirectory] = []

    def announce(self, directory: Path) -> None:
        """Name a directory before it is made: from now on it will be removed, whatever happens."""
        self.send({"directory": str(directory)})

    def send(self, request: dict[str, Any]) -> None:
        """Tell the keeper something; see `keeper.main`."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it died; who waits for an event will be told
            self._process.stdin.write(json.dumps(request).encode() + b"\n")

    def event(self, patience: float) -> dict[str, Any] | None:
        """What happened next, None if nothing did within `patience` seconds; `gone` is its own death."""
        assert self._process.stdout is not None
        poll = select.poll()  # select() fails in a process with more than a thousand files
        poll.register(self._process.stdout, select.POLLIN)
        if not poll.poll(max(patience, 0) * 1000):
            return None
        line = self._process.stdout.readline()
        event: dict[str, Any] = json.loads(line) if line.strip() else {"event": "gone"}
        return event


def start_process(program: str) -> subprocess.Popen[bytes]:
    """Start a Python program of ours that outlives us, in a session of its own, with pipes to and from it.

    It sees the standard library only. Raises ProviderError where no process can be started.
    """
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise ProviderError(
            f"cannot start a process to look after the server: {error}",
            "Has the system reached a limit on processes, open files or memory (ulimit -a)?",
        ) from error


@contextmanager
def lifeline() -> Iterator[Lifeline]:
    """Start a keeper; at the end of the block cut the line and wait until everything is gone.

    Raises ProviderError where no process can be started.
    """
    process = start_process(keeper.__file__)
    line = Lifeline(process)
    try:
        yield line
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(_END_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        for directory in line.directories:
            directory.release()  # nothing is left to do, unless the keeper was killed
