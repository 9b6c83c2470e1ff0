"""What only the end of the walk with rows can tell: pure functions of what was seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from migcheck.model import StepError
from migcheck.model.data import RevisionData, Trial
from migcheck.model.tables import Check, ForeignKey, Tables


def validated_in(tables: Tables) -> frozenset[tuple[str, str]]:
    """The constraints that all rows have been checked against, as (table, name)."""
    return frozenset(
        (str(table.name), constraint.name)
        for table in tables.values()
        for constraint in table.constraints
        if not isinstance(constraint, (Check, ForeignKey)) or (constraint.validated and constraint.enforced)
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
            failure = trial.direction, trial.error.message
            scores[failure] = max(scores.get(failure, 0), names(trial, trial.error))
    return tuple(
        trial
        for trial in trials
        if trial.error is None
        or names(trial, trial.error) == scores[trial.direction, trial.error.message]
    )


def names(trial: Trial, error: StepError) -> int:
    """How many of the names that a trial is about stand in an error's words."""
    told = (trial.table.rpartition(".")[2], *trial.columns)
    patterns = (rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in told)
    return sum(re.search(pattern, error.message) is not None for pattern in patterns)
