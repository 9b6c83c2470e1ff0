"""MC402: a living database is not what the history makes at its revision."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.model import Difference, DifferenceClass, DifferenceKind, Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for difference in evidence.living or ():
        if difference.difference_class is not DifferenceClass.COSMETIC:
            yield CHECK.finding(_message(difference), _remedy(difference), differences=(difference,))


def _message(difference: Difference) -> str:
    what = f"{difference.object_type} {difference.name}"
    if difference.kind is DifferenceKind.ADDED:
        return f"{what} is missing in the living database"
    if difference.kind is DifferenceKind.REMOVED:
        return f"{what} is in the living database, and no revision makes it"
    if difference.difference_class is DifferenceClass.ORDER:
        return f"{what} has its columns in another order in the living database"
    return f"{what} differs in its {difference.attribute or 'definition'} in the living database"


def _remedy(difference: Difference) -> str:
    if difference.kind is DifferenceKind.REMOVED:
        return (
            "Drop it there, or write a revision that makes it where it is missing. What belongs to somebody"
            " else is left out with --exclude."
        )
    return "Change it there as the revision has it, or write a revision that makes all databases alike."


CHECK = Check(
    code="MC402",
    name="database-drift",
    severity=Severity.ERROR,
    proves="A living database has just the schema that the history makes at the revision it is stamped with.",
    why=(
        "What somebody has changed by hand in production is in no revision: the next one may fail on it, and"
        " no other database will ever be like it."
    ),
    remedy="`migcheck drift` compares. Undo what was done by hand, or write the revision that is missing.",
    acknowledge="`--exclude PATTERN` leaves objects out of the comparison; or the settings.",
    needs="living",
    judge=_judge,
)
