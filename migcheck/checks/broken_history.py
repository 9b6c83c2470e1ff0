"""MC102: the history cannot be read, or only in part."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.model import Evidence, Finding, Problem, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for problem in evidence.history.problems:
        yield CHECK.finding(
            problem.message,
            _remedy(problem),
            revision=problem.revision,
            path=problem.path,
            line=problem.line,
            evidence="observed",
        )


def _remedy(problem: Problem) -> str:
    text = problem.message.lower()
    if "cycle" in text or "loop" in text:
        return "Break the cycle: one of these revisions must name another down_revision."
    if "more than once" in text or "duplicate" in text:
        return "Give one of the two files another revision id, and fix the down_revision of what follows it."
    if "not present" in text or "no such revision" in text or "missing" in text or "isn't there" in text:
        return (
            "Put the missing file back (was it lost in a merge?), or make down_revision name the revision"
            " that really comes before."
        )
    if "syntax" in text:
        return "Mend the file so that `python FILE` compiles it."
    return "Mend the file so that `alembic history` lists it."


CHECK = Check(
    code="MC102",
    name="broken-history",
    severity=Severity.ERROR,
    proves=(
        "Every file of the history loads, every parent is there, no id is used twice and there is no cycle."
    ),
    why=(
        "Alembic loads all revisions before it runs one: a single file with a syntax error, or one whose"
        " down_revision was deleted, stops every command, including the upgrade of a deploy."
    ),
    remedy="The finding says which file and why; `alembic history` must run without an error.",
    acknowledge=(
        "It cannot be acknowledged in the file; use --ignore MC102 for a history that is broken on purpose."
    ),
    needs="history",
    judge=_judge,
)
