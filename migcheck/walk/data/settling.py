"""What only the end of the walk with rows can tell: pure functions of what was seen."""

from __future__ import annotations

from dataclasses import replace

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
    and without trials that failed for another reason than their row."""
    breaches = tuple(
        breach
        for breach in seen.breaches
        if breach.what != "violated"
        or getattr(breach.constraint, "validated", True)
        or (breach.table, breach.constraint.name) not in validated
    )
    of_any_row = {_failure(trial) for trial in seen.trials if is_any_row(trial)}
    trials = tuple(
        trial
        for trial in seen.trials
        if trial.error is None or is_any_row(trial) or _failure(trial) not in of_any_row
    )
    return replace(seen, breaches=breaches, trials=trials)


def is_any_row(trial: Trial) -> bool:
    """Whether every row breaks the step: a column comes that has no value for those that are there."""
    comes = trial.kind == "null" and all(trial.columns[0] not in dict(row) for row in trial.rows)
    return comes and trial.error is not None


def _failure(trial: Trial) -> tuple[str, str, str]:
    return trial.direction, trial.table, trial.error.message if trial.error is not None else ""
