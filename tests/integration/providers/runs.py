"""Runs to be killed, and what is left of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ONE_RUN = str(Path(__file__).with_name("one_run.py"))
PATIENCE = 30.0  # seconds after which nothing may be left


def begin(place: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, ONE_RUN, str(place), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def begin_ready(place: Path, *arguments: str) -> subprocess.Popen[str]:
    run = begin(place, *arguments)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n"
    return run


def wait_for(what: Callable[[], bool], patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.01)
    return what()


def processes(place: Path) -> dict[int, str]:
    """Processes that work in `place`, name it or have a file of it open: pid -> arguments."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            arguments = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            links = [os.readlink(link) for link in (folder / "cwd", *(folder / "fd").iterdir())]
        except OSError:
            continue  # it is just ending
        if arguments and any(str(place) in text for text in (arguments, *links)):
            found[int(folder.name)] = arguments
    return found


def keeper_of(run: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    return next(int(pid) for pid in children if "keeper.py" in Path(f"/proc/{pid}/cmdline").read_text())


def nothing_left(place: Path, patience: float = PATIENCE) -> None:
    assert wait_for(lambda: not list(place.iterdir()) and not processes(place), patience), (
        list(place.iterdir()),
        processes(place),
    )
