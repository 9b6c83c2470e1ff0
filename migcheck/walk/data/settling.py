"""What only the end of the walk with rows can tell: pure functions of what was seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from migcheck.model import Step, StepError
from migcheck.model.data import RevisionData, Trial
from migcheck.model.tables import Tables


def validated_in(tables: Tables) -> frozenset[tuple[str, str]]:
    """The constraints that all rows have been checked against, as (table, name)."""
    return frozenset(
        (str(table.name), constraint.name)
        for table in tables.values()
        for constraint in table.constraints
        if getattr(constraint, "validated", True) and getattr(constraint, "enforced", True)
    )


def settled(seen: RevisionData, validated: frozenset[tuple[str, str]]) -> RevisionData:
    """Without the breaches of constraints that a later revision validates (until then they may be broken),
    and with the trials `to_blame`."""
    breaches = tuple(
        breach
        for breach in seen.breaches
        if breach.what != "violated"
        or getattr(breach.constraint, "validated", True)
        or (breach.table, breach.constraint.name) not in validated
    )
    return replace(seen, breaches=breaches, trials=to_blame(seen.trials))


def to_blame(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Without trials that failed for another reason than their row: of several that ended in the same words,
    those stay of whose table and columns the words speak."""
    scores: dict[tuple[str, str], int] = {}
    for trial in trials:
        if trial.error is not None:
            failure = trial.direction, _words(trial.error)
            scores[failure] = max(scores.get(failure, 0), _named(trial))
    return tuple(
        trial
        for trial in trials
        if trial.error is None or _named(trial) == scores[trial.direction, _words(trial.error)]
    )


def without_ordinary(trials: Sequence[Trial], steps: Iterable[Step | None]) -> tuple[Trial, ...]:
    """Without trials that ended as the `steps` do on ordinary rows, unless the words speak of all that they
    are about (a column that comes without a value for any row)."""
    ordinary = {_words(step.error) for step in steps if step is not None and step.error is not None}
    return tuple(
        trial
        for trial in trials
        if trial.error is None
        or _words(trial.error) not in ordinary
        or _named(trial) == 1 + len(trial.columns)
    )


def is_any_row(trial: Trial) -> bool:
    """Whether every row breaks the step: a column comes that has no value for those that are there."""
    comes = trial.kind == "null" and all(trial.columns[0] not in dict(row) for row in trial.rows)
    return comes and trial.error is not None


def _words(error: StepError) -> str:
    """The first line: what follows it, with PostgreSQL, is about one row."""
    return error.message.split("\n", 1)[0]


def _named(trial: Trial) -> int:
    """How many of the names that a trial is about stand in the words of its error."""
    assert trial.error is not None
    words = _words(trial.error)
    told = (trial.table.rpartition(".")[2], *trial.columns)
    patterns = (rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in told)
    return sum(re.search(pattern, words) is not None for pattern in patterns)
