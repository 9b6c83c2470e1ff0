"""MC302: rows or values that the upgrade removes or changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migcheck.checks.base import Check
from migcheck.checks.rows import in_words, line_about, of_change, of_one_change, revisions
from migcheck.model import Evidence, Finding, RevisionInfo, Severity
from migcheck.model.data import RevisionData

_REMEDY = "Say in the pull request that this is meant, or keep what is removed where it can be found again."


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for seen, info in revisions(evidence):
        yield from _of_revision(seen, info)


def _of_revision(seen: RevisionData, info: RevisionInfo) -> Iterator[Finding]:
    told: set[str] = set()
    for change in seen.changed or ():
        if change.what in ("rows added", "sequence behind"):
            continue
        told.add(of_one_change(change))
        yield CHECK.finding(
            in_words(change, "after the upgrade"),
            _REMEDY,
            info=info,
            line=line_about(change, seen.upgrade, info.upgrade_line),
            rows=of_change(change),
            concerns=of_one_change(change),
        )
    for trial in seen.trials:
        for change in trial.destroyed:
            if of_one_change(change) in told:
                continue
            told.add(of_one_change(change))
            yield CHECK.finding(
                f"the upgrade gets along with a row by destroying it: {trial.why}:"
                f" {in_words(change, 'after the upgrade')}",
                _REMEDY,
                info=info,
                line=line_about(change, seen.upgrade, info.upgrade_line),
                rows=of_change(change),
                concerns=of_one_change(change),
            )


CHECK = Check(
    code="MC302",
    name="rows-lost",
    severity=Severity.WARNING,
    proves="No upgrade removes or changes rows and values that stood in the database.",
    why=(
        "A column that is dropped takes its values along, a clean-up its rows, a conversion what it rounds"
        " off. Often that is meant; a reviewer should see it before it happens, with the rows."
    ),
    remedy=(
        "Rename instead of dropping, copy before you convert, and drop in a later revision, when nobody has"
        " asked for the old values. What has only moved to another column or table is not reported."
    ),
    acknowledge="`# migcheck: ignore[MC302] reason` on the line of the call, or at the top of the file.",
    needs="data",
    judge=_judge,
)
