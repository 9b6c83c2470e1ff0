"""MC307: downgrade() fails on rows that the new schema allows."""

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
        if trial.direction == "downgrade" and trial.error is not None:
            yield CHECK.finding(
                f"downgrade() fails on a row that the new schema allows: {trial.why}: {failure(trial.error)}",
                coping(trial, dialect),
                info=info,
                line=trial.error.line or info.downgrade_line,
                error=trial.error,
                rows=of_trial(trial),
                concerns=concerns(trial),
            )
    step = seen.downgrade
    if step is None or step.error is None:
        return
    if not explained(step.error, seen.trials, "downgrade"):
        yield CHECK.finding(
            f"downgrade() fails on a database with rows, and works on an empty one: {failure(step.error)}",
            "Try it on a database with rows in it (see --seed-rows), and let it cope with them.",
            info=info,
            line=step.error.line or info.downgrade_line,
            error=step.error,
            concerns="downgrade() ordinary rows",
        )


CHECK = Check(
    code="MC307",
    name="downgrade-fails-on-rows",
    severity=Severity.ERROR,
    proves="Every downgrade() works on the rows that the new schema allows.",
    why=(
        "Between a deploy and its rollback the application writes rows of the new kind: NULLs, longer texts,"
        " new labels. A downgrade that fails on them is none when it is needed."
    ),
    remedy=(
        "Bring the rows back into what the old schema takes before the downgrade demands it, or mark the"
        " revision irreversible if that cannot be."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC307] reason` on the line of the failing call, or `# migcheck: irreversible"
        " reason` at the top of the file."
    ),
    needs="data",
    judge=_judge,
)
