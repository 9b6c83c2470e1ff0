"""Run the contenders on one history, in interleaved rounds."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bench import plugins
from bench.field import Contender, DidNotRun, Field
from bench.results import Measured, Series

# A run that takes longer than this many seconds is not repeated.
PATIENCE = 15.0


def _may_fail(field: Field, contender: Contender) -> bool:
    """Whether a contender that does not get through says something about the history, not about the bench."""
    return not field.project.generated or contender.run in (plugins.pytest_alembic, plugins.pytest_mrt)


def _reason(error: DidNotRun) -> str:
    """The one line of a failed process that says what happened."""
    lines = [line.strip() for line in str(error).splitlines()]
    telling = [line for line in lines if "Error" in line.split(":")[0].split("(")[0]]
    line = (telling or [line for line in lines if line] or ["no output"])[-1]
    return line.split(".exc.")[-1][:160]


def _note(contender: Contender, seconds: Sequence[float], repeat: int) -> str:
    once = repeat > 1 and len(seconds) == 1 and "extrapolated" not in contender.note
    return "; ".join(part for part in (contender.note, "measured once" if once else "") if part)


def measure(field: Field, contenders: Sequence[Contender], repeat: int) -> Series:
    """All `contenders` on the project of `field`, `repeat` times.

    What takes minutes runs once. Rounds are interleaved, so a busy minute hits all alike. DidNotRun where one
    of ours, or Alembic, fails on a history that the bench has made.
    """
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    reasons: dict[str, str] = {}
    project = field.project
    for turn in range(repeat):
        for contender in contenders:
            so_far = seconds[contender.name]
            if contender.name in reasons or (turn and (contender.once or max(so_far) > PATIENCE)):
                continue
            label = f"{project.name} {project.revisions}: {turn + 1}/{repeat} {contender.name}"
            print(f"\r{label:<70}", end="", file=sys.stderr, flush=True)
            try:
                so_far.append(contender.run(field))
            except DidNotRun as error:
                if not _may_fail(field, contender):
                    raise
                reasons[contender.name] = _reason(error)
                so_far.clear()
    print("\r" + " " * 70 + "\r", end="", file=sys.stderr)
    measured = tuple(
        Measured(
            contender.name,
            tuple(round(each, 3) for each in seconds[contender.name]),
            _note(contender, seconds[contender.name], repeat),
            reasons.get(contender.name, ""),
        )
        for contender in contenders
    )
    return Series(project.name, project.summary, project.revisions, project.generated, measured)
