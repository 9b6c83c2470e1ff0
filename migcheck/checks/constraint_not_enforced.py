"""MC306: a constraint that the schema declares lets a violating row in."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.checks.lines import line_mentioning
from migcheck.checks.rows import kind_of, revisions
from migcheck.model import Evidence, Finding, FindingRow, Severity
from migcheck.model.tables import bare

# What is said of a breach, of its rows, and how it is mended.
_WORDS = {
    "not enforced": (
        "{table} lets in a row that violates {definition}",
        "was let in",
        "Switch it on again, or make it anew: triggers enabled, ENFORCED, a valid index, an engine that knows"
        " foreign keys.",
    ),
    "orphaned": (
        "rows of {table} stay when what they refer to is deleted, in spite of {definition}",
        "stays",
        "Enable the triggers of both tables again, and let no trigger of yours swallow what the foreign key"
        " does to the rows that refer (RETURN NULL in a BEFORE trigger, RAISE(IGNORE)).",
    ),
}


def _judge(evidence: Evidence) -> Iterable[Finding]:
    told: set[tuple[str, str, str]] = set()
    for seen, info in revisions(evidence):
        for breach in seen.breaches:
            key = (breach.table, kind_of(breach.constraint), breach.constraint.name)
            if breach.what not in _WORDS or key in told:
                continue
            told.add(key)
            table, why = bare(breach.table), f": {breach.cause}" if breach.cause else ""
            line = line_mentioning(seen.upgrade, breach.constraint.name)
            message, became, remedy = _WORDS[breach.what]
            yield CHECK.finding(
                f"{message.format(table=table, definition=breach.definition)}{why}",
                remedy,
                info=info,
                line=line or line_mentioning(seen.upgrade, table) or info.upgrade_line,
                rows=tuple(FindingRow(breach.table, row, None, became) for row in breach.rows),
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
