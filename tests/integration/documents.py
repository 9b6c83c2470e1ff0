"""JSON reports, compared."""

from __future__ import annotations

import json
from typing import Any


def without_times(text: str) -> dict[str, Any]:
    """The document in `text` without what differs from run to run: moments and seconds."""
    document: dict[str, Any] = json.loads(text)
    document.update(started_at="", seconds=0)
    for revision in document["revisions"]:
        for times in ("seconds", "seconds_with_rows"):
            revision[times] = sorted(revision[times])
        for statement in (each for ran in revision["ran"].values() for each in ran):
            statement["seconds"] = 0
    return document
