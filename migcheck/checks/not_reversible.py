"""MC204: after the downgrade the schema is not what it was before the upgrade."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.empty_downgrade import has_empty_downgrade
from migcheck.checks.lines import line_of
from migcheck.checks.objects import by_object, semantic
from migcheck.checks.remedies import undo
from migcheck.checks.wording import listing, sentence
from migcheck.model import Difference, Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        left, info = semantic(seen.reverted), known[seen.revision]
        if not left:
            continue
        if has_empty_downgrade(seen):
            # One omission, one finding: an empty downgrade leaves everything, and MC103 says what to write.
            yield CHECK.finding(
                f"nothing was undone by the empty downgrade: {listing(left)} still as the upgrade made it",
                "Write the downgrade (see MC103).",
                info=info,
                line=info.downgrade_line,
                differences=left,
            )
            continue
        for group in by_object(left):
            yield CHECK.finding(
                _message(group), _remedy(group), info=info, line=line_of(group, seen, info), differences=group
            )


def _message(group: tuple[Difference, ...]) -> str:
    return sentence(
        group,
        missing="is missing after the downgrade",
        extra="is left behind by the downgrade",
        moment="after the downgrade",
    )


def _remedy(group: tuple[Difference, ...]) -> str:
    return f"In downgrade():\n{undo(group)}"


CHECK = Check(
    code="MC204",
    name="not-reversible",
    severity=Severity.ERROR,
    proves="After the downgrade the whole schema is what it was before the upgrade.",
    why=(
        "A downgrade that runs without an error can still leave an enum type, forget an index, or bring a"
        " column back with another type, default or nullability. The old release then runs on a schema that"
        " it never saw."
    ),
    remedy=(
        "The finding shows the object and the code that mends it. Autogenerate does not know about enum"
        " types, checks, triggers, views, grants and comments on all objects: what you wrote by hand in"
        " upgrade() must be undone by hand in downgrade()."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC204] reason` on the line of the finding for that one object, or at the top of"
        " the file for the revision."
    ),
    needs="reverted",
    judge=_judge,
)
