"""Runs in containers, to be killed, and what is left of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from migcheck.providers.containers import ownership
from migcheck.providers.containers.engine import Engine

RUN = str(Path(__file__).with_name("docker_run.py"))


def reapers(pid: int) -> list[int]:
    """The processes that look after the containers of process `pid`."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"reaper.py" in Path(f"/proc/{child}/cmdline").read_bytes()]


def containers_of(engine: Engine, pid: int) -> dict[str, str]:
    """The containers that belong to a run of process `pid`, and their states."""
    return {
        found["Names"][0].lstrip("/"): found["State"]
        for found in engine.api.containers(all=True, filters={"label": ownership.RUN})
        if found["Labels"]["migcheck.owner"].split()[0] == str(pid)
    }


class Run:
    """A run in a process of its own, and its container."""

    def __init__(self, engine: Engine, *arguments: str) -> None:
        self.engine = engine
        self.process = subprocess.Popen(
            [sys.executable, RUN, "postgres:15", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def wait_for_line(self, line: str) -> None:
        assert self.process.stdout is not None
        assert any(said == f"{line}\n" for said in iter(self.process.stdout.readline, ""))

    def state(self) -> str | None:
        """The state of its container, None where it has none."""
        return next(iter(containers_of(self.engine, self.process.pid).values()), None)

    def reaper(self) -> int | None:
        """The process that looks after its container."""
        return next(iter(reapers(self.process.pid)), None)

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(60)
