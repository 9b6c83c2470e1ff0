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


def without_values(report: str) -> dict[str, Any]:
    """A document without times, and without the values of rows: a part begins with rows of its own, so what
    refers to them has other numbers. Which row it is that breaks a revision stays the same."""
    document = without_times(report)
    for finding in document["findings"]:
        for row in finding["rows"] or ():
            row["row"] = sorted(row["row"] or ())
        if finding["error"] and finding["rows"]:
            finding["error"]["message"] = ""
    return document
