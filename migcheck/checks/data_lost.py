"""MC303: rows or values that stood before the upgrade are not back after the downgrade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migcheck.checks.base import Check
from migcheck.checks.rows import in_words, line_about, of_change, of_one_change, revisions
from migcheck.model import Evidence, Finding, RevisionInfo, Severity
from migcheck.model.data import DataChange, RevisionData
from migcheck.model.tables import bare


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for seen, info in revisions(evidence):
        yield from _of_revision(seen, info)


def _of_revision(seen: RevisionData, info: RevisionInfo) -> Iterator[Finding]:
    for change in seen.not_back or ():
        if change.what == "rows added":
            continue
        yield CHECK.finding(
            in_words(change, "after the downgrade"),
            _remedy(change),
            info=info,
            line=line_about(change, seen.downgrade, info.downgrade_line or info.upgrade_line),
            rows=of_change(change),
            concerns=of_one_change(change),
        )
    for change in seen.changed or ():
        if change.what == "sequence behind":
            yield CHECK.finding(
                in_words(change, "after the upgrade"),
                _remedy(change),
                info=info,
                line=line_about(change, seen.upgrade, info.upgrade_line),
                rows=of_change(change),
                concerns=f"upgrade {of_one_change(change)}",
            )


def _remedy(change: DataChange) -> str:
    table, column = bare(change.table), change.column
    if change.what == "sequence behind":
        return (
            "Set the sequence to the largest number that is there:\n"
            f"op.execute(\"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"
            f' max({column})) FROM {table}")'
        )
    what = f"{table}.{column}" if column else f"the rows of {table}"
    return (
        f"Keep {what} in upgrade() (rename instead of dropping, or copy to another place) and copy that back"
        " in downgrade(). If nothing can be kept, say so: `# migcheck: irreversible` with the reason."
    )


CHECK = Check(
    code="MC303",
    name="data-lost",
    severity=Severity.ERROR,
    proves="Rows and values that stood before the upgrade are back after the downgrade.",
    why=(
        "A downgrade that makes the column anew makes it empty. The rollback runs clean, the old release"
        " starts, and the data is gone for good."
    ),
    remedy=(
        "What upgrade() takes away, downgrade() must be able to give back: rename, or copy to a place from"
        " which it can be copied back. A revision that cannot is a floor: mark it irreversible."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC303] reason` on the line of the finding, or `# migcheck: irreversible reason`"
        " at the top of the file."
    ),
    needs="data",
    judge=_judge,
)
