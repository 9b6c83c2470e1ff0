"""The limit for any walk: each revision up, down and up in one run of env.py, with nothing looked at.

Usage: python -m bench.bare_walk ALEMBIC.INI
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import ScriptDirectory


def walk(ini: str) -> int:
    """Walk the history of `ini` from base to heads; return the number of steps taken."""
    config = Config(ini)
    script = ScriptDirectory.from_config(config)
    revisions = list(reversed(list(script.walk_revisions())))
    taken = 0

    # Alembic iterates over this while it runs the steps, so one connection and one env.py serve all.
    def steps(heads: Any, context: MigrationContext) -> Iterator[RevisionStep]:
        nonlocal taken
        for revision in revisions:
            for step in (
                MigrationStep.upgrade_from_script,
                MigrationStep.downgrade_from_script,
                MigrationStep.upgrade_from_script,
            ):
                taken += 1
                yield step(script.revision_map, revision)

    with EnvironmentContext(config, script, fn=steps, transaction_per_migration=True) as environment:
        # env.py calls context.configure() itself; the last word on transactions is ours, as in a deploy
        # of one revision at a time.
        configure = environment.configure
        environment.configure = lambda *args, **options: configure(  # type: ignore[method-assign]
            *args, **{**options, "transaction_per_migration": True}
        )
        script.run_env()
    return taken


if __name__ == "__main__":
    print(walk(sys.argv[1]))
