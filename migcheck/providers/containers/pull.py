"""Pulling an image, and showing how far it is."""

from __future__ import annotations

import queue
import threading
from typing import Any

from migcheck.errors import ProviderError
from migcheck.progress import Progress

_SILENCE = 120.0  # seconds in which a registry that is at work says something
_MEGABYTE = 1_000_000


def pull(api: Any, image: str, progress: Progress) -> None:
    """Pull an image; `api` is a docker.APIClient.

    Raises docker.errors.APIError for what the registry refuses, ProviderError where nothing more is heard.
    """
    events: queue.Queue[dict[str, Any] | Exception | None] = queue.Queue()
    # The engine's client waits for ever for the next event, so another thread does; when this one gives up,
    # closing the client ends the other's wait, and the pull.
    threading.Thread(target=_listen, args=(api, image, events), daemon=True).start()
    layers: dict[str, tuple[int, int]] = {}
    shown = ""
    while True:
        try:
            event = events.get(timeout=_SILENCE)
        except queue.Empty:
            raise ProviderError(
                f"pulling {image}: the engine has said nothing for {_SILENCE:g} s",
                f"Is the registry slow, or the engine hanging? Try `docker pull {image}`.",
            ) from None
        if event is None:
            return
        if isinstance(event, Exception):
            raise event
        text = _text(image, event, layers)
        if text != shown:
            shown = text
            progress.note(text)


def _listen(api: Any, image: str, events: queue.Queue[dict[str, Any] | Exception | None]) -> None:
    import docker.errors
    from docker.utils import parse_repository_tag

    try:
        repository, tag = parse_repository_tag(image)
        for event in api.pull(repository, tag=tag or "latest", stream=True, decode=True):
            if "error" in event:
                raise docker.errors.APIError(event["error"], explanation=event["error"])
            events.put(event)
    except Exception as error:
        events.put(error)
    else:
        events.put(None)


def _text(image: str, event: dict[str, Any], layers: dict[str, tuple[int, int]]) -> str:
    """One line on the state of the pull: what has been loaded, of what is known to be needed."""
    detail = event.get("progressDetail") or {}
    layer = str(event.get("id", ""))
    if event.get("status") == "Downloading" and detail.get("total"):
        layers[layer] = (int(detail.get("current", 0)), int(detail["total"]))
    elif event.get("status") in ("Download complete", "Pull complete") and layer in layers:
        layers[layer] = (layers[layer][1], layers[layer][1])
    loaded, total = (sum(numbers) for numbers in zip(*layers.values(), strict=True)) if layers else (0, 0)
    if not total:
        return f"pulling {image}"
    if loaded < total:
        return f"pulling {image}: {loaded // _MEGABYTE} of {total // _MEGABYTE} MB"
    return f"pulling {image}: unpacking"
