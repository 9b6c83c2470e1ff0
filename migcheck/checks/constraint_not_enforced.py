"""MC306: a constraint that the schema declares lets a violating row in."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.checks.lines import line_mentioning
from migcheck.checks.rows import bare, kind_of, revisions
from migcheck.model import Evidence, Finding, FindingRow, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    told: set[tuple[str, str, str]] = set()
    for seen, info in revisions(evidence):
        for breach in seen.breaches:
            key = (breach.table, kind_of(breach.constraint), breach.constraint.name)
            if breach.what != "not enforced" or key in told:
                continue
            told.add(key)
            table, why = bare(breach.table), f": {breach.cause}" if breach.cause else ""
            line = line_mentioning(seen.upgrade, breach.constraint.name)
            yield CHECK.finding(
                f"{table} lets in a row that violates {breach.definition}{why}",
                "Switch it on again, or make it anew: triggers enabled, ENFORCED, a valid index, an engine"
                " that knows foreign keys.",
                info=info,
                line=line or line_mentioning(seen.upgrade, table) or info.upgrade_line,
                rows=tuple(FindingRow(breach.table, row, None, "was let in") for row in breach.rows),
                concerns=" ".join(key),
            )


CHECK = Check(
    code="MC306",
    name="constraint-not-enforced",
    severity=Severity.ERROR,
    proves="Every constraint that the schema declares refuses a row that violates it.",
    why=(
        "Disabled triggers, NOT ENFORCED, an invalid index, a storage engine without foreign keys: the"
        " constraint stands in the schema, and nobody keeps it."
    ),
    remedy="Make the constraint one that holds, or take it out of the schema: what is declared is believed.",
    acknowledge="`# migcheck: ignore[MC306] reason` on the line of the call, or at the top of the file.",
    needs="data",
    judge=_judge,
)
