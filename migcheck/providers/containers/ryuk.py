"""Ryuk, testcontainers' own reaper, beside ours: a container that removes a session's containers.

Ours works without it. Ryuk outlives what ours does not: the end of all processes of this machine, or of the
container that we are in, at once. It is used as testcontainers is configured, but never pulled: it is a
program of somebody else that gets the engine's socket.
"""

from __future__ import annotations

from contextlib import suppress

from migcheck.progress import Progress
from migcheck.providers.containers.engine import Engine


def labels_for_ryuk(engine: Engine, image: str, progress: Progress) -> dict[str, str]:
    """Start Ryuk, if it hasn't been, and give the labels by which it knows a container of `image`.

    None are given where it is disabled or its image isn't there, and where it does not start, which is noted.
    Raises ProviderError.
    """
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import Reaper
    from testcontainers.core.labels import create_labels

    if testcontainers_config.ryuk_disabled or not engine.has_image(testcontainers_config.ryuk_image):
        return {}
    try:
        Reaper.get_instance()
    except Exception as error:  # of Docker's client, of sockets, of testcontainers
        with suppress(Exception):
            Reaper.delete_instance()
        progress.note(f"going on without Ryuk, which does not start: {error}")
        return {}
    return dict(create_labels(image, None))
