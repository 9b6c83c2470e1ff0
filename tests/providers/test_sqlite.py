"""The directory of a run on SQLite: whose it is, and that nothing of it stays."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migcheck.dialects.names import new_name
from migcheck.dialects.sqlite import SQLITE
from migcheck.errors import ProviderError
from migcheck.providers import directories
from migcheck.providers import sqlite as provider_module
from migcheck.providers.sqlite import SQLiteProvider

RUN = """
import os, pathlib, sys, time
from migcheck.dialects.names import new_name
from migcheck.dialects.sqlite import SQLITE
from migcheck.providers import directories
from migcheck.providers.sqlite import SQLiteProvider
directories.places = lambda: [pathlib.Path(sys.argv[1])]
with SQLiteProvider().start() as server:
    if sys.argv[2] == "fork" and os.fork() == 0:
        time.sleep(60)
    first = new_name(server.run)
    SQLITE.create(server.address, first)
    SQLITE.execute(server.address, first, "CREATE TABLE t (a); PRAGMA journal_mode = WAL")
    print("ready", flush=True)
    if sys.argv[2] == "fail":
        raise RuntimeError("as a bug in migcheck would")
    while True:
        name = new_name(server.run)
        SQLITE.create(server.address, name, first)
        SQLITE.drop(server.address, name)
"""
PATIENCE = 10.0  # seconds after which nothing may be left


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder for temporary files."""
    path = Path(tempfile.mkdtemp(prefix="test-"))
    monkeypatch.setattr(directories, "places", lambda: [path])
    yield path
    shutil.rmtree(path)


def begin(place: Path, how: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(place), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def begin_ready(place: Path, how: str = "") -> subprocess.Popen[str]:
    run = begin(place, how)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n"
    return run


def comes_true(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not what() and time.monotonic() < deadline:
        time.sleep(0.01)
    return what()


def is_empty(place: Path) -> bool:
    return not list(place.iterdir())


def test_a_directory_for_the_run(place: Path) -> None:
    with SQLiteProvider().start() as server:
        folder = Path(server.address.host)
        assert (server.address.dialect, server.address.private) == ("sqlite", True)
        assert (server.provider, server.version) == ("sqlite", sqlite3.sqlite_version)
        assert place in folder.parents
        assert folder.stat().st_mode & 0o777 == folder.parent.stat().st_mode & 0o777 == 0o700
        name = new_name(server.run)
        SQLITE.create(server.address, name)
        assert (folder / f"{name}.sqlite").stat().st_mode & 0o777 == 0o600
        directories.sweep()
        assert SQLITE.names(server.address, server.run) == [name]
    assert is_empty(place)


def test_runs_have_directories_of_their_own(place: Path) -> None:
    with SQLiteProvider().start() as first, SQLiteProvider().start() as second:
        assert first.address.host != second.address.host
        assert first.run != second.run
    assert is_empty(place)


def test_an_exception_leaves_nothing(place: Path) -> None:
    run = begin_ready(place, "fail")
    assert run.wait() == 1
    assert is_empty(place)


def test_kill_leaves_nothing(place: Path) -> None:
    run = begin_ready(place)
    assert not is_empty(place)
    run.kill()
    run.wait()
    assert comes_true(lambda: is_empty(place))


def test_kill_at_any_moment_leaves_nothing(place: Path) -> None:
    for hundredths in range(0, 20, 2):
        run = begin(place)
        assert comes_true(lambda: not is_empty(place))
        time.sleep(hundredths / 100)
        run.kill()
        run.wait()
        assert comes_true(lambda: is_empty(place))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc")
def test_a_forked_child_keeps_nothing_alive(place: Path) -> None:
    run = begin_ready(place, "fork")
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    (fork,) = [int(pid) for pid in children if "keeper.py" not in Path(f"/proc/{pid}/cmdline").read_text()]
    run.kill()
    run.wait()
    try:
        assert comes_true(lambda: is_empty(place))
    finally:
        os.kill(fork, 9)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc")
def test_without_its_keeper_the_run_removes_the_directory_itself(place: Path) -> None:
    with SQLiteProvider().start() as server:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        keepers = [pid for pid in children if "keeper.py" in Path(f"/proc/{pid}/cmdline").read_text()]
        os.kill(int(keepers[-1]), 9)
        assert Path(server.address.host).is_dir()
    assert is_empty(place)


def test_what_a_dead_run_left_is_swept(place: Path) -> None:
    left = place / "migcheck-0123456789ab"
    (left / "databases").mkdir(parents=True)
    (left / directories.LOCK).touch()
    with SQLiteProvider().start():
        assert not left.exists()


def test_availability(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SQLiteProvider().availability()
    assert found.available
    assert sqlite3.sqlite_version in found.detail
    monkeypatch.setattr(provider_module, "OLDEST", (99, 0, 0))
    found = SQLiteProvider().availability()
    assert (found.available, found.hint) == (False, "Use a newer Python.")
    with pytest.raises(ProviderError, match=r"99\.0\.0 is needed"), SQLiteProvider().start():
        pass


def test_no_room_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "_has_room", lambda place: False)
    with pytest.raises(ProviderError, match="200 MB free"), SQLiteProvider().start():
        pass
    assert is_empty(place)
