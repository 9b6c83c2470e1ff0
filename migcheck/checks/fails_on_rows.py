"""MC301: upgrade() works on the empty database and fails on rows that the old schema allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migcheck.checks.base import Check
from migcheck.checks.remedies.rows import coping
from migcheck.checks.rows import concerns, explained, failure, of_trial, revisions
from migcheck.model import Evidence, Finding, RevisionInfo, Severity
from migcheck.model.data import RevisionData


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for seen, info in revisions(evidence):
        yield from _of_revision(seen, info, evidence.dialect)


def _of_revision(seen: RevisionData, info: RevisionInfo, dialect: str) -> Iterator[Finding]:
    for trial in seen.trials:
        if trial.direction == "upgrade" and trial.error is not None:
            yield CHECK.finding(
                f"upgrade() fails on a row that the old schema allows: {trial.why}: {failure(trial.error)}",
                coping(trial, dialect),
                info=info,
                line=trial.error.line or info.upgrade_line,
                error=trial.error,
                rows=of_trial(trial),
                concerns=concerns(trial),
            )
    for step, words in ((seen.upgrade, "upgrade()"), (seen.reupgrade, "the second upgrade()")):
        if step is None or step.error is None or explained(step.error, seen.trials, "upgrade"):
            continue
        yield CHECK.finding(
            f"{words} fails on a database with rows, and works on an empty one: {failure(step.error)}",
            "Try it on a database with rows in it (see --seed-rows), and let it cope with them.",
            info=info,
            line=step.error.line or info.upgrade_line,
            error=step.error,
            concerns=f"{words} ordinary rows",
        )


CHECK = Check(
    code="MC301",
    name="fails-on-rows",
    severity=Severity.ERROR,
    proves="Every upgrade() that works on an empty database works on the rows that the old schema allows.",
    why=(
        "The databases of developers and of CI are empty, that of production is not: there the deploy stops"
        " half-way, at night, on a row that nobody thought of."
    ),
    remedy=(
        "The finding shows the row. Fill, repair or move such rows in the migration before the schema"
        " demands it of them; or let the new constraint hold for new rows only (NOT VALID), mend the old"
        " ones, and validate it in a later revision."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC301] reason` on the line of the failing call: for rows of which you know that"
        " production has none."
    ),
    needs="data",
    judge=_judge,
)
