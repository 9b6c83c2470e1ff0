"""A container that stays between runs (`reuse`)."""

from __future__ import annotations

import time
from contextlib import suppress

from migcheck.errors import ProviderError
from migcheck.progress import Progress
from migcheck.providers.containers import ownership, reaper
from migcheck.providers.containers.container import Recipe, make, start
from migcheck.providers.containers.engine import Engine, said_by_engine

_USABLE = ("created", "running")  # made by another run a moment ago, or long at work
_OTHERS_PATIENCE = 10.0  # seconds for another run to make it


def kept_container(engine: Engine, recipe: Recipe, digest: str, progress: Progress) -> str:
    """The name of the running container of this recipe: the one that is there, or a new one.

    `digest` is the recipe's. Raises ProviderError.
    """
    name = f"migcheck-kept-{digest}"
    state = _state(engine, name)
    if state is not None and state not in _USABLE:
        discard(engine, name)  # what it had in memory is lost
        state = None
    if state is None:
        _make_unless_there(engine, recipe, name, {ownership.MARK: "kept", ownership.REUSE: digest})
        progress.note(f"container {name} will stay for later runs; `docker rm -fv {name}` removes it")
    else:
        progress.note(f"using container {name} of an earlier run; `docker rm -fv {name}` removes it")
    start(engine, recipe, name)  # which is no error where it has been started
    return name


def discard(engine: Engine, name: str) -> None:
    """Remove a container that did not become what it should, or is that no more. Raises nothing."""
    with suppress(Exception):  # the engine has gone, or another run is at it; the next one sees
        reaper.remove(engine.api, name)


def _state(engine: Engine, name: str) -> str | None:
    import docker.errors

    with said_by_engine(f"cannot look for container {name}"):
        try:
            return str(engine.api.inspect_container(name)["State"]["Status"])
        except docker.errors.NotFound:
            return None


def _make_unless_there(engine: Engine, recipe: Recipe, name: str, labels: dict[str, str]) -> None:
    """Make the container; another run that makes it at the same moment is as good."""
    import docker.errors

    try:
        make(engine, recipe, name, labels)
    except ProviderError as error:
        cause = error.__cause__
        if not isinstance(cause, docker.errors.APIError) or cause.status_code != 409:
            raise
        # The name is taken a moment before the container is there.
        deadline = time.monotonic() + _OTHERS_PATIENCE
        while _state(engine, name) is None and time.monotonic() < deadline:
            time.sleep(0.05)
