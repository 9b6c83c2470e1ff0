"""MC308: tables that no row could be put into."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.checks.rows import revisions
from migcheck.model import Evidence, Finding, FindingRow, Severity
from migcheck.model.tables import bare


def _judge(evidence: Evidence) -> Iterable[Finding]:
    told: set[str] = set()
    for seen, info in revisions(evidence):
        for each in seen.unseeded:
            if each.table in told:
                continue
            told.add(each.table)
            told_by_name = not each.constraint or each.constraint in each.message
            by = "" if told_by_name else f" ({each.constraint})"
            table = bare(each.table)
            yield CHECK.finding(
                f"no row could be put into {table} before this revision: {each.message}{by}; nothing is"
                " proved of its rows",
                f"Say what a row of {table} looks like in seeds/tables.yaml, or put rows in yourself with"
                f" seeds/{seen.revision}.sql.",
                info=info,
                line=info.upgrade_line,
                evidence="observed",
                rows=tuple(FindingRow(each.table, row, None, "was refused") for row in each.tried),
                concerns=each.table,
            )


CHECK = Check(
    code="MC308",
    name="unseeded",
    severity=Severity.INFO,
    proves="Every table has rows in it when it is migrated; those that have none are named.",
    why=(
        "What is said of rows holds for tables that have some. A table that refuses all rows migcheck can"
        " think of would otherwise pass in silence."
    ),
    remedy=(
        "Give rows of your own: seeds/REVISION.sql, .yaml or .py for one revision, seeds/tables.yaml for"
        " columns in all of them."
    ),
    acknowledge="`# migcheck: ignore[MC308] reason` at the top of the file.",
    needs="data",
    judge=_judge,
)
