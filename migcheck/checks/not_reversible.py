"""MC204: after the downgrade the schema is not what it was before the upgrade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migcheck.checks import batch_mode
from migcheck.checks.base import Check, infos
from migcheck.checks.consequences import change_of_membership, consequences, in_the_way, needed, table_first
from migcheck.checks.empty_downgrade import has_empty_downgrade
from migcheck.checks.lines import line_of
from migcheck.checks.objects import by_object, schema_object, semantic
from migcheck.checks.remedies import undo
from migcheck.checks.wording import listing, sentence
from migcheck.model import (
    Difference,
    DifferenceKind,
    Evidence,
    Finding,
    RevisionEvidence,
    RevisionInfo,
    Severity,
)


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
        yield from _left(left, seen, info, evidence.dialect)


def _left(
    left: tuple[Difference, ...], seen: RevisionEvidence, info: RevisionInfo, dialect: str
) -> Iterable[Finding]:
    statements = tuple(s for step in (seen.upgrade, seen.downgrade) if step for s in step.statements)
    groups = by_object(left, statements)
    causes = consequences(groups)
    members = {group: found for group in groups if (found := change_of_membership(group, statements))}
    for group in groups:
        when = _when(group, groups)
        code = undo(group, dialect)
        message, remedy = _message(group), f"In downgrade(){when}:\n{code}"
        if group in members:
            extension, back = members[group]
            now = "no member" if group[0].kind is DifferenceKind.ADDED else "a member"
            message = f"{schema_object(group[0])} is {now} of extension {extension} after the downgrade"
            remedy = f"In downgrade():\n{back}"
        elif cause := causes.get(group) or _of_members(group, members.values()):
            remedy = f"Nothing of its own: this is as before once {cause} is (see the finding about it)."
        elif dialect == "sqlite" and (told := batch_mode.advice(group, groups, seen, code)):
            message, remedy = f"{message}{told.why}", told.remedy
        line = line_of(group, seen, info)
        yield CHECK.finding(message, remedy, info=info, line=line, differences=group)


def _when(group: tuple[Difference, ...], groups: Sequence[tuple[Difference, ...]]) -> str:
    """What another finding has to mend first."""
    if first := needed(group, groups):
        return f", once {first} is there again (see the finding about it)"
    if first := table_first(group, groups):
        return f", once {first} is as before (see the finding about it)"
    if first := in_the_way(group, groups):
        return f", once {first} is gone (see the finding about it)"
    return ""


def _of_members(group: tuple[Difference, ...], members: Iterable[tuple[str, str]]) -> str | None:
    """What makes an extension differ whose members alone have changed, and are told by themselves."""
    if [(d.object_type, d.attribute) for d in group] != [("extension", "members")]:
        return None
    return "its member" if group[0].name in {extension for extension, _ in members} else None


def _message(group: tuple[Difference, ...]) -> str:
    return sentence(
        group,
        missing="is missing after the downgrade",
        extra="is left behind by the downgrade",
        moment="after the downgrade",
    )


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
