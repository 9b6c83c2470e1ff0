"""One container: what it is made from, its life for a run, and what dead runs left."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from migcheck.errors import ProviderError
from migcheck.providers.containers import ownership, reaper
from migcheck.providers.containers.engine import Engine, said_by_engine
from migcheck.providers.lifeline import Lifeline, start_process

_SHARED_MEMORY = 256 << 20  # bytes at most; the usual 64 MB are too few for a parallel query
_REAPER_PATIENCE = 10.0  # seconds; a reaper that needs longer goes on by itself


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a container is made from. `volumes` are folders that are kept in memory."""

    image: str
    image_id: str
    environment: Mapping[str, str]
    command: tuple[str, ...]
    port: int
    volumes: tuple[str, ...]

    def digest(self, secret: str | None) -> str:
        """Hex digits that tell recipes apart; the variable `secret` is another one each time."""
        environment = {name: value for name, value in self.environment.items() if name != secret}
        parts = [self.image_id, sorted(environment.items()), self.command, self.port, self.volumes]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def make(engine: Engine, recipe: Recipe, name: str, labels: Mapping[str, str]) -> None:
    """Make a container, and don't start it. Raises ProviderError."""
    interface = engine.interface()
    with said_by_engine(f"cannot make a container of image {recipe.image}"):
        host = engine.api.create_host_config(
            port_bindings={recipe.port: (interface,) if interface else None},
            tmpfs=dict.fromkeys(recipe.volumes, ""),
            shm_size=_SHARED_MEMORY,
            network_mode=engine.network(),
        )
        engine.api.create_container(
            recipe.image,
            command=list(recipe.command),
            environment=dict(recipe.environment),
            ports=[recipe.port],
            host_config=host,
            name=name,
            labels=dict(labels),
        )


def start(engine: Engine, recipe: Recipe, name: str) -> None:
    """Start a container that has been made. Raises ProviderError."""
    with said_by_engine(f"cannot start the container of image {recipe.image}"):
        engine.api.start(name)


@contextmanager
def private_container(engine: Engine, recipe: Recipe, run: str, labels: Mapping[str, str]) -> Iterator[str]:
    """Run a container for the length of the block; yields its name. Raises ProviderError.

    It is gone afterwards, whatever ends the block: from before it is made, a reaper looks after it.
    """
    name = f"migcheck-{run}"
    with _reaper() as line:
        line.send({"name": name, "path": sys.path})
        try:
            make(engine, recipe, name, {**labels, **ownership.labels_of_run(run)})
        except ProviderError as error:
            if isinstance(error.__cause__, _refusals()):
                line.send({"gone": True})  # surely, while after a timeout it may still come to be
            raise
        line.send({"made": True})
        try:
            start(engine, recipe, name)
            yield name
        finally:
            with suppress(Exception):  # an engine that doesn't answer: the reaper tries for longer
                reaper.remove(engine.api, name)
                line.send({"gone": True})


def _refusals() -> type[Exception]:
    import docker.errors

    refusal: type[Exception] = docker.errors.APIError
    return refusal


@contextmanager
def _reaper() -> Iterator[Lifeline]:
    process = start_process(reaper.__file__)
    try:
        yield Lifeline(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_REAPER_PATIENCE)


def sweep(engine: Engine) -> None:
    """Remove the containers of dead runs; never one whose run may live. Raises ProviderError."""
    for name, labels in engine.containers(ownership.RUN):
        if ownership.is_abandoned(labels):
            with suppress(Exception):  # another run sweeps as well
                reaper.remove(engine.api, name)
