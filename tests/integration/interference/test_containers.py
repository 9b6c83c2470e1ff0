"""Containers that end, or fall silent, while their run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.providers.containers.engine import Engine
from tests.integration.interference.run import Run, could_not_verify, gone
from tests.integration.providers.docker_runs import containers_of

IMAGES = {"postgresql": "postgres:15", "mysql": "mariadb:10.11"}


def begin(engine: Engine, dialect: str, folder: Path) -> tuple[Run, str]:
    """A run whose upgrade of 0002 has begun, and its container."""
    begun = folder / "begun"
    run = Run(f"docker:{IMAGES[dialect]}", dialect, asleep=60, begun=str(begun))
    assert not gone(lambda: [] if begun.exists() else [begun], 60)
    (container,) = containers_of(engine, run.process.pid)
    return run, container


@pytest.mark.parametrize(("dialect", "how"), [("mysql", "kill"), ("postgresql", "remove")])
def test_ended_in_the_middle_of_a_step(engine: Engine, dialect: str, how: str, tmp_path: Path) -> None:
    run, container = begin(engine, dialect, tmp_path)
    if how == "kill":
        engine.api.kill(container)
    else:
        engine.api.remove_container(container, force=True)
    could_not_verify(run.end(), "was lost in upgrade of 0002: ")
    assert not gone(lambda: [*containers_of(engine, run.process.pid)])


def test_paused_in_the_middle_of_a_step(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody closes its connections, and the engine goes on to accept new ones for it."""
    runs = []
    for dialect in IMAGES:
        run, container = begin(engine, dialect, tmp_path_factory.mktemp(dialect))
        engine.api.pause(container)
        runs.append(run)
    for run in runs:
        outcome = run.end()
        could_not_verify(outcome, "no connection to ")
        assert outcome.seconds < 60
        assert not gone(lambda pid=run.process.pid: [*containers_of(engine, pid)])
