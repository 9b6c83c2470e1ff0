"""The reaper: a small process that removes a run's container when the run has ended, however it ended.

Started as `python -I -S reaper.py` before the container is made. Standard input brings lines of JSON: the
name that the container will have and where Python's packages are, then that it has been made, in the end that
it is gone. When the input ends, or the parent is gone (also after kill -9), a container that is not known to
be gone is removed, with its volumes. Only then the engine's own client is loaded, which works with every kind
of connection that the parent may have; before, this takes a few milliseconds and little memory. The parent
imports `remove` for the ordinary end.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs as much as all of the rest
    from typing import Any

_PARENT_CHECK = 1.0  # seconds between looks whether the parent is still the same process
_PATIENCE = 60.0  # seconds for an engine that is busy, or away for a moment
_IN_FLIGHT = 5.0  # seconds in which a container may still appear that was asked for and not heard of
_TIMEOUT = 10  # seconds for one answer of the engine
_PAUSE = 0.2


def main() -> None:
    """Look after one container for one parent."""
    # In a session of its own (Ctrl-C in the terminal goes to the parent, whose end the line tells).
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    state = _told(os.getppid())
    if "name" not in state or state.get("gone"):
        return
    sys.path[:] = state["path"]
    _insist(state["name"], bool(state.get("made")))


def _told(parent: int) -> dict[str, Any]:
    """All that the parent said before it ended. Its death is looked for as well: a process that it forked
    may hold its end of the line."""
    said = b""
    while os.getppid() == parent:
        if select.select([0], [], [], _PARENT_CHECK)[0]:
            part = os.read(0, 65536)
            if not part:
                break
            said += part
    state: dict[str, Any] = {}
    for line in said.split(b"\n")[:-1]:  # half a line was not meant yet
        state.update(json.loads(line))
    return state


def _insist(name: str, made: bool) -> None:
    """Remove the container, again and again as long as the engine does not say that it isn't there."""
    import docker

    absent_since = None
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            # Where the engine is, testcontainers has put into the environment that we inherited.
            over_ssh = os.environ.get("DOCKER_HOST", "").startswith("ssh://")
            client = docker.from_env(timeout=_TIMEOUT, use_ssh_client=over_ssh)
            if remove(client.api, name):
                return
            absent_since = absent_since or time.monotonic()
            if made or time.monotonic() > absent_since + _IN_FLIGHT:
                return
        except Exception:  # whatever it is, there is nobody to tell; the next run sweeps
            pass
        time.sleep(_PAUSE)


def remove(api: Any, name: str) -> bool:
    """Remove a container and its volumes; False where there is none.

    `api` is a docker.APIClient. Raises its exceptions, also where somebody else is removing the container.
    """
    import docker.errors

    try:
        api.remove_container(name, v=True, force=True)
    except docker.errors.NotFound:
        return False
    return True


if __name__ == "__main__":
    main()
