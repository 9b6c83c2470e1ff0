"""A run on a Dask cluster: a real scheduler and two workers, each a process of its own on this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck import Report, check, verify
from migcheck.checks import custom
from migcheck.errors import ProviderError, UsageError
from migcheck.providers import directories
from tests.integration.documents import without_times
from tests.integration.test_jobs import FAULTS, project
from tests.integration.test_shards import text

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

PATIENCE = 60.0


class Cluster:
    """A scheduler and its workers; what they write is in files of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.start("scheduler", words)
        self.place = self._said("scheduler", r"Scheduler at:\s+tcp://(\S+)")

    def start(self, name: str, words: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / name).open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        words = f"worker tcp://{self.place} --host 127.0.0.1 --nthreads 1 --no-nanny --no-dashboard".split()
        process = self.start(name, [*words, "--local-directory", str(self._folder / f"{name}-files")])
        self._said(name, "Registered to")
        return process

    def end(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _said(self, name: str, pattern: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(pattern, (self._folder / name).read_text())
            if found is not None:
                return found[found.lastindex or 0]
            time.sleep(0.05)
        raise AssertionError(f"{name} does not start:\n{(self._folder / name).read_text()}")

    @property
    def executor(self) -> str:
        return f"dask://{self.place}"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    try:
        yield made
    finally:
        made.end()


def test_a_cluster_without_workers_or_a_project_that_they_do_not_see(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ini = project(tmp_path, {})
    with pytest.raises(ProviderError, match="has no workers"):
        verify(ini, executor=cluster.executor)
    cluster.worker("one")
    broken = tmp_path / "broken.ini"
    broken.write_text(ini.read_text().replace(f"script_location = {tmp_path}", "script_location = nowhere"))
    with pytest.raises(UsageError, match="nowhere"):
        verify(broken, executor=cluster.executor)
    monkeypatch.setattr(custom, "_REGISTERED", {})
    check(code="ACME001", name="known-here-only")(lambda evidence: ())
    with pytest.raises(UsageError, match=r"a Dask worker \(.*\) does not know the check ACME001"):
        verify(ini, executor=cluster.executor)


def test_nobody_answers(tmp_path: Path) -> None:
    ini = project(tmp_path, {})
    begun = time.monotonic()
    with pytest.raises(ProviderError, match=r"no Dask scheduler answers at dask://127.0.0.1:1"):
        verify(ini, executor="dask://127.0.0.1:1")
    assert time.monotonic() - begun < 15


def test_a_worker_that_is_lost_costs_nothing_but_time(cluster: Cluster, tmp_path: Path) -> None:
    slow = {1: FAULTS[1], 63: FAULTS[63], 10: ("upgrade", 'op.execute("SELECT pg_sleep(1.5)")')}
    ini = project(tmp_path, slow)
    here = verify(ini, database="embedded", seed_rows=0)
    workers = [cluster.worker("one"), cluster.worker("two")]
    reports: list[Report] = []
    run = threading.Thread(
        target=lambda: reports.append(
            verify(ini, database="embedded", seed_rows=0, executor=cluster.executor, jobs=3)
        )
    )
    run.start()
    wait_until(lambda: len(servers_of(workers)) == 2)
    ours = servers_of(workers)
    time.sleep(1)  # in the middle of the walk
    workers[0].send_signal(signal.SIGKILL)
    lost = {server for server, pid in ours.items() if pid == workers[0].pid}
    assert len(lost) == 1
    wait_until(lambda: not any(map(runs, lost)))
    run.join(PATIENCE * 2)
    (there,) = reports
    assert without_times(text(there)) == without_times(text(here))
    wait_until(lambda: not servers_of(workers) and not any(map(runs, ours)))


def servers_of(workers: list[subprocess.Popen[bytes]]) -> dict[Path, int]:
    """The folders of the private servers that these processes have started, and which of them it was; other
    tests have servers, too."""
    folders = (path for place in directories.places() for path in place.glob("migcheck-*"))
    owners = {path: owner(path) for path in folders if runs(path)}
    return {path: pid for path, pid in owners.items() if pid in {worker.pid for worker in workers}}


def runs(server: Path) -> bool:
    """Whether there is a server in a folder."""
    return postmaster(server / "data" / "postmaster.pid") > 0


def postmaster(file: Path) -> int:
    """The process that wrote the file; 0 for one that is being written or is gone, negative within initdb."""
    try:
        return int(file.read_text().partition("\n")[0] or 0)
    except FileNotFoundError:
        return 0


def owner(server: Path) -> int:
    """The process for which the keeper of a server works; 0 where that has just ended."""
    try:
        return parent(parent(postmaster(server / "data" / "postmaster.pid")))
    except OSError:
        return 0


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_until(holds: object) -> None:
    assert callable(holds)
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("wrong", ["dask://", "dask://host", "ray://host:1", "dask://host:port"])
def test_executors_that_there_are_not(wrong: str) -> None:
    with pytest.raises(UsageError, match="executor must be local or dask://HOST:PORT"):
        verify(executor=wrong)


def test_without_dask_it_says_what_to_install(tmp_path: Path) -> None:
    ini = project(tmp_path, {})
    hidden = tmp_path / "hidden" / "distributed"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('hidden')\n")
    done = subprocess.run(
        [sys.executable, "-m", "migcheck", "verify", "--url", str(ini), "--executor", "dask://127.0.0.1:1"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(hidden.parent)},
    )
    assert done.returncode == 2
    assert "pip install 'migcheck[dask]'" in done.stderr
