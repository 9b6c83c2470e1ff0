"""MC304: rows or values differ after the re-upgrade from those after the first upgrade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from migcheck.checks.base import Check
from migcheck.checks.rows import in_words, line_about, of_change, of_one_change, revisions
from migcheck.model import Evidence, Finding, Severity
from migcheck.model.data import DataChange


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for seen, info in revisions(evidence):
        for change in seen.repeated or ():
            yield CHECK.finding(
                _in_words(change),
                "Let downgrade() take back what upgrade() did to the data, or let upgrade() find out what"
                " has been done already (WHERE NOT EXISTS, ON CONFLICT DO NOTHING).",
                info=info,
                line=line_about(change, seen.upgrade, info.upgrade_line),
                rows=of_change(change),
                concerns=of_one_change(change),
            )


def _in_words(change: DataChange) -> str:
    words = in_words(replace(change, lossy=False), "after the second upgrade")
    return f"{words} than after the first" if " other " in words else words


CHECK = Check(
    code="MC304",
    name="data-changed",
    severity=Severity.ERROR,
    proves="A second upgrade, after a downgrade, ends in the same rows as the first.",
    why=(
        "A data migration that its downgrade does not undo runs twice when a release is rolled back and"
        " deployed again: rows are doubled, amounts multiplied once more."
    ),
    remedy=(
        "Undo in downgrade() what upgrade() did to rows, or write upgrade() so that it does nothing to rows"
        " that it has been at before."
    ),
    acknowledge="`# migcheck: ignore[MC304] reason` on the line of the statement, or at the top of the file.",
    needs="data",
    judge=_judge,
)
