"""Which files a state of the database depends on, and whether one of an earlier run is still right."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from migcheck.model import State
from migcheck.walk.jobs import Probed

_FEW = 20  # revisions: to apply so many takes less time than to keep the state after them, too


def files_of(probed: Probed, revisions: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The files on which the state after `revisions` depends, see `State.files`."""
    files = {os.path.realpath(probed.env_py)}.union(
        *(probed.dependencies[revision] for revision in revisions)
    )
    return tuple((file, digest(file)) for file in sorted(files))


def digest(file: str) -> str:
    """SHA-256 of a file's content in hexadecimal; empty for one that cannot be read."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""


def is_right(state: State, probed: Probed, order: tuple[str, ...]) -> bool:
    """Whether `state` is one of a history whose revisions come in this `order`: no file has changed, none has
    come that it depends on, and no revision between its own."""
    known = state.revisions == order[: len(state.revisions)]
    return known and state.files == files_of(probed, state.revisions)


def is_worth_keeping(position: int, begun: int) -> bool:
    """Whether to keep the state at `position`, which was made from one at `begun` (0: from none)."""
    return position - begun > (_FEW if begun else 0)
