"""What people write by hand: one alembic command, in one process, for each step of the walk.

Usage: python -m bench.command_per_step ALEMBIC.INI [REVISION ...]

Without revisions every one of the (linear) history is walked. With some, only these are walked and
timed, each after an untimed upgrade to its parent. Prints the steps taken and the seconds they took.
"""

from __future__ import annotations

import sys
import time

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def walk(ini: str, chosen: frozenset[str]) -> tuple[int, float]:
    """Walk the `chosen` revisions of `ini` (all if empty); return steps taken and their seconds."""
    config = Config(ini)
    taken, seconds = 0, 0.0
    for revision in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        if chosen and revision.revision not in chosen:
            continue
        parent = str(revision.down_revision or "base")
        if chosen and parent != "base":
            command.upgrade(config, parent)
        started = time.perf_counter()
        command.upgrade(config, revision.revision)
        command.downgrade(config, parent)
        command.upgrade(config, revision.revision)
        seconds += time.perf_counter() - started
        taken += 3
    return taken, seconds


if __name__ == "__main__":
    print(*walk(sys.argv[1], frozenset(sys.argv[2:])))
