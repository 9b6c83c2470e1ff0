"""Runs beside testcontainers' Ryuk, which is used where its image is there.

Its own image cannot be had everywhere, so a stand-in speaks its protocol. What is real is that testcontainers
starts it, and that our containers carry the labels it is told of.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from migcheck.providers.containers import reaper
from migcheck.providers.containers.engine import Engine
from tests.integration.providers.docker_runs import Run
from tests.integration.providers.runs import wait_for

IMAGE = "migcheck-test-ryuk:1"
STAND_IN = Path(__file__).with_name("ryuk-stand-in")


@pytest.fixture
def ryuk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs that begin now find Ryuk."""
    with ExitStack() as stack:
        made = engine.api.create_container("postgres:15", ["true"])["Id"]
        stack.callback(reaper.remove, engine.api, made)
        engine.api.commit(made, *IMAGE.split(":"), conf={"Entrypoint": ["perl", "-e", STAND_IN.read_text()]})
        stack.callback(engine.api.remove_image, IMAGE, force=True)
        monkeypatch.setenv("TESTCONTAINERS_RYUK_DISABLED", "false")
        monkeypatch.setenv("RYUK_CONTAINER_IMAGE", IMAGE)
        yield


@pytest.fixture
def run(engine: Engine) -> Iterator[Run]:
    """A run that is ready."""
    begun = Run(engine)
    try:
        begun.wait_for_line("ready")
        yield begun
    finally:
        begun.end(signal.SIGKILL)


def ryuks(engine: Engine) -> list[str]:
    return [found["Id"] for found in engine.api.containers(all=True, filters={"ancestor": IMAGE})]


@pytest.mark.usefixtures("ryuk")
def test_all_processes_killed_at_once(engine: Engine, run: Run) -> None:
    """Nothing on this machine is left to remove the container."""
    assert len(ryuks(engine)) == 1
    os.kill(run.reaper() or 0, signal.SIGKILL)
    run.end(signal.SIGKILL)
    assert wait_for(lambda: run.state() is None, 30)
    assert wait_for(lambda: ryuks(engine) == [], 30)


@pytest.mark.usefixtures("ryuk")
def test_an_ordinary_end(engine: Engine, run: Run) -> None:
    run.end(signal.SIGTERM)
    assert run.state() is None
    assert wait_for(lambda: ryuks(engine) == [], 30)


def test_where_its_image_is_not_there(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTCONTAINERS_RYUK_DISABLED", "false")
    monkeypatch.setenv("RYUK_CONTAINER_IMAGE", "localhost:1/ryuk:1")
    run = Run(engine)
    run.wait_for_line("ready")
    run.end(signal.SIGKILL)
    assert wait_for(lambda: run.state() is None)
