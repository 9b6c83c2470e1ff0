"""However a run ends, its container is gone; and an engine that is not there, or no more, is told of."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from migcheck.errors import ProviderError
from migcheck.providers.containers import container, reaper
from migcheck.providers.containers import engine as engines
from migcheck.providers.containers.engine import Engine
from migcheck.providers.docker import DockerProvider
from tests.integration.providers.docker_runs import Run, containers_of, reapers
from tests.integration.providers.engine_proxy import EngineProxy
from tests.integration.providers.runs import wait_for

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc")


@pytest.fixture
def begin(engine: Engine) -> Iterator[Callable[..., Run]]:
    """Begins runs, which are gone with the test."""
    with ExitStack() as stack:

        def start(*arguments: str) -> Run:
            run = Run(engine, *arguments)
            stack.callback(run.process.wait)
            stack.callback(run.process.kill)
            return run

        yield start


# What has happened when a run is killed: each further into its life than the one before.
MOMENTS: dict[str, Callable[[Run], bool]] = {
    "reaper started": lambda run: run.reaper() is not None,
    "container made": lambda run: run.state() is not None,
    "container started": lambda run: run.state() == "running",
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_ended_while_it_starts(begin: Callable[..., Run], moment: str, number: signal.Signals) -> None:
    run = begin()
    assert wait_for(lambda: MOMENTS[moment](run), 30)
    reaper_process = run.reaper()
    run.end(number)
    assert run.process.returncode == (-9 if number == signal.SIGKILL else 130)
    assert wait_for(lambda: reaper_process is None or not Path(f"/proc/{reaper_process}").exists(), 30)
    assert run.state() is None


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_ended_by_a_signal(begin: Callable[..., Run], number: int, code: int) -> None:
    run = begin()
    run.wait_for_line("ready")
    assert run.state() == "running"
    run.end(number)
    assert run.process.returncode == code
    assert wait_for(lambda: run.state() is None, 10 if number == signal.SIGKILL else 0)


def test_killed_while_a_forked_child_lives(begin: Callable[..., Run]) -> None:
    run = begin("fork")
    run.wait_for_line("ready")
    run.end(signal.SIGKILL)
    try:
        assert wait_for(lambda: run.state() is None, 10)
    finally:
        os.killpg(run.process.pid, signal.SIGKILL)


def test_ended_by_an_exception(begin: Callable[..., Run]) -> None:
    run = begin("fail")
    assert run.process.wait(60) == 1
    assert run.state() is None


def test_the_reaper_killed_first(begin: Callable[..., Run]) -> None:
    """The run removes its container itself."""
    run = begin()
    run.wait_for_line("ready")
    os.kill(run.reaper() or 0, signal.SIGKILL)
    run.end(signal.SIGTERM)
    assert run.state() is None


def test_both_killed(begin: Callable[..., Run], engine: Engine) -> None:
    """The next run removes the container."""
    run = begin()
    run.wait_for_line("ready")
    os.kill(run.reaper() or 0, signal.SIGKILL)
    run.end(signal.SIGKILL)
    assert run.state() == "running"
    with DockerProvider("postgresql", "postgres:15").start():
        assert run.state() is None


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: Engine) -> Iterator[EngineProxy]:
    """A way to the engine that can be cut; the one that is used."""
    with EngineProxy(str(tmp_path / "engine.sock")) as proxy:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{proxy.path}")
        yield proxy


def test_an_engine_that_never_answers(monkeypatch: pytest.MonkeyPatch, proxy: EngineProxy) -> None:
    monkeypatch.setattr(engines, "_FIRST_TIMEOUT", 1)
    proxy.stall()
    began = time.monotonic()
    provider = DockerProvider("postgresql", "postgres:15")
    with pytest.raises(ProviderError, match=r"no container engine answers at unix:.*timed out") as caught:
        provider.start().__enter__()
    assert time.monotonic() - began < 10
    assert "does not answer" in (caught.value.hint or "")
    assert not provider.availability().available


def test_an_engine_that_stops_answering(
    monkeypatch: pytest.MonkeyPatch, proxy: EngineProxy, engine: Engine
) -> None:
    """The run ends all the same, and the container goes when the engine is back."""
    monkeypatch.setattr(engines, "_TIMEOUT", 1)
    monkeypatch.setattr(container, "_REAPER_PATIENCE", 1.0)
    others = reapers(os.getpid())  # of containers that serve other tests, too
    with DockerProvider("postgresql", "postgres:15").start() as server:
        proxy.stall()
        assert server.log_tail() == ""
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert server.container in containers_of(engine, os.getpid())
    proxy.resume()
    assert wait_for(lambda: reapers(os.getpid()) == others, 30)
    assert server.container not in containers_of(engine, os.getpid())


def test_an_engine_that_stops_answering_while_a_container_is_made(
    monkeypatch: pytest.MonkeyPatch, proxy: EngineProxy, engine: Engine
) -> None:
    """Whether there is a container is not known; if there is, it goes."""
    monkeypatch.setattr(engines, "_TIMEOUT", 2)
    proxy.stall_after(b"/containers/create?")
    others = reapers(os.getpid())
    before = containers_of(engine, os.getpid())
    with (
        pytest.raises(ProviderError, match=r"cannot make a container of image postgres:15: .*timed out"),
        DockerProvider("postgresql", "postgres:15").start(),
    ):
        pass
    proxy.resume()
    assert wait_for(lambda: reapers(os.getpid()) == others, 30)
    assert containers_of(engine, os.getpid()) == before


def test_an_engine_that_goes_away(
    monkeypatch: pytest.MonkeyPatch, proxy: EngineProxy, engine: Engine
) -> None:
    monkeypatch.setattr(container, "_REAPER_PATIENCE", 1.0)
    others = reapers(os.getpid())
    with DockerProvider("postgresql", "postgres:15").start() as server:
        proxy.close()
    try:
        assert server.log_tail() == ""
        assert server.container in containers_of(engine, os.getpid())
    finally:
        reaper.remove(engine.api, server.container)
        for pid in set(reapers(os.getpid())) - set(others):
            os.kill(pid, signal.SIGKILL)  # it would go on trying for a minute


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("unix:///nonexistent", "No such file or directory"),
        ("tcp://127.0.0.1:1", "Connection refused"),
        ("nonsense://x", "Invalid bind address protocol"),
    ],
)
def test_no_engine(monkeypatch: pytest.MonkeyPatch, host: str, words: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with (
        pytest.raises(ProviderError, match=f"no container engine answers at {host}: {words}") as caught,
        DockerProvider("postgresql").start(),
    ):
        pass
    assert "docker info" in (caught.value.hint or "")
