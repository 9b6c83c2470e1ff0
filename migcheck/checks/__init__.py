"""The catalogue of checks. Checks judge recorded evidence; they run nothing and import no database.

A new check is a file beside this one that defines CHECK, a line in CHECKS, fixtures/<CODE>/bad and
good, its generated page in docs/checks, and an entry in the changelog; a test enforces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from migcheck.checks import (
    base_not_clean,
    broken_history,
    column_order,
    constraint_not_enforced,
    constraint_violated,
    custom,
    data_changed,
    data_lost,
    database_drift,
    downgrade_fails,
    downgrade_fails_on_rows,
    empty_downgrade,
    fails_on_rows,
    ignore_without_reason,
    irreversible,
    model_drift,
    module_state,
    multiple_heads,
    not_idempotent,
    not_repeatable,
    not_reversible,
    one_shot_differs,
    partial_failure,
    reupgrade_fails,
    rows_lost,
    session_leak,
    snapshot_outdated,
    unseeded,
    unused_baseline_entry,
    unused_ignore,
    upgrade_fails,
)
from migcheck.checks.acknowledgements import irreversible_reason
from migcheck.checks.base import Check
from migcheck.checks.judgement import Judgement, exit_code, judge_with
from migcheck.model import BaselineEntry, Evidence

CHECKS: tuple[Check, ...] = (
    unused_ignore.CHECK,
    ignore_without_reason.CHECK,
    unused_baseline_entry.CHECK,
    multiple_heads.CHECK,
    broken_history.CHECK,
    empty_downgrade.CHECK,
    upgrade_fails.CHECK,
    downgrade_fails.CHECK,
    reupgrade_fails.CHECK,
    not_reversible.CHECK,
    not_repeatable.CHECK,
    not_idempotent.CHECK,
    base_not_clean.CHECK,
    one_shot_differs.CHECK,
    column_order.CHECK,
    irreversible.CHECK,
    session_leak.CHECK,
    partial_failure.CHECK,
    module_state.CHECK,
    fails_on_rows.CHECK,
    rows_lost.CHECK,
    data_lost.CHECK,
    data_changed.CHECK,
    constraint_violated.CHECK,
    constraint_not_enforced.CHECK,
    downgrade_fails_on_rows.CHECK,
    unseeded.CHECK,
    model_drift.CHECK,
    database_drift.CHECK,
    snapshot_outdated.CHECK,
)


def catalogue() -> tuple[Check, ...]:
    """CHECKS, and those that others have registered."""
    return (*CHECKS, *custom.registered())


def judge(
    evidence: Evidence | Sequence[Evidence],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    severity: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    sources: Mapping[str, str] | None = None,
    independent_branches: Sequence[str] = (),
    baseline: Sequence[BaselineEntry] = (),
    today: str = "",
    whole: bool = True,
) -> Judgement:
    """Judge the evidence of one or several targets with all CHECKS; arguments as for `judge_with`."""
    return judge_with(
        CHECKS,
        evidence,
        select=select,
        ignore=ignore,
        severity=severity,
        sources=sources,
        independent_branches=independent_branches,
        baseline=baseline,
        today=today,
        whole=whole,
    )


__all__ = [
    "CHECKS",
    "Check",
    "Judgement",
    "catalogue",
    "exit_code",
    "irreversible_reason",
    "judge",
    "judge_with",
]
