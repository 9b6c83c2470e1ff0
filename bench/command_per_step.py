"""What people write by hand: one alembic command, in one process, for each step of the walk.

Usage: python -m bench.command_per_step ALEMBIC.INI [REVISION ...]

Without revisions every one of the history is walked. With some, only these are walked and timed, each after
an untimed upgrade to its parents. Prints the steps taken and the seconds they took.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import Script, ScriptDirectory


def _parents(revision: Script) -> tuple[str, ...]:
    below = revision.down_revision
    return (below,) if isinstance(below, str) else tuple(below or ())


def _downgrade(config: Config, script: ScriptDirectory, revision: Script) -> None:
    """Undo `revision` alone, at the price of a command.

    Beside a branch no argument of `alembic downgrade` says that; there the step is given to env.py as the
    command would, with the whole history loaded anew.
    """
    parents = _parents(revision)
    parent = script.get_revision(parents[0]) if parents else None
    if len(parents) < 2 and not (parent and parent.is_branch_point):
        command.downgrade(config, parents[0] if parents else "base")
        return
    anew = ScriptDirectory.from_config(config)

    def step(heads: Any, context: Any) -> list[MigrationStep]:
        again = anew.get_revision(revision.revision)
        return [MigrationStep.downgrade_from_script(anew.revision_map, again)]

    with EnvironmentContext(config, anew, fn=step):
        anew.run_env()


def walk(ini: str, chosen: frozenset[str]) -> tuple[int, float]:
    """Walk the `chosen` revisions of `ini` (all if empty); return steps taken and their seconds."""
    config = Config(ini)
    script = ScriptDirectory.from_config(config)
    taken, seconds = 0, 0.0
    for revision in reversed(list(script.walk_revisions())):
        if chosen and revision.revision not in chosen:
            continue
        for parent in _parents(revision) if chosen else ():
            command.upgrade(config, parent)
        started = time.perf_counter()
        command.upgrade(config, revision.revision)
        _downgrade(config, script, revision)
        command.upgrade(config, revision.revision)
        seconds += time.perf_counter() - started
        taken += 3
    return taken, seconds


if __name__ == "__main__":
    print(*walk(sys.argv[1], frozenset(sys.argv[2:])))
