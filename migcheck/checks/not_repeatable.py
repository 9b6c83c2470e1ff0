"""MC205: the second upgrade ends in another schema than the first."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.lines import line_in_upgrade
from migcheck.checks.objects import by_object, schema_object, semantic
from migcheck.checks.wording import attribute_name, enumeration, holds_timestamps, listing, sentence
from migcheck.model import Difference, Evidence, Finding, RevisionEvidence, RevisionInfo, Severity

_MEND_FIRST = "Mend the downgrade first; the second upgrade then starts from the same schema as the first."


def unrepeatable(evidence: Evidence) -> frozenset[tuple[str, str, str | None]]:
    """Object type, name and attribute of all that differs from one upgrade to the next anyway."""
    return frozenset(
        (d.object_type, d.name, d.attribute)
        for seen in evidence.revisions
        for d in semantic(seen.reapplied)
        if d.attribute is not None
    )


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        info = known[seen.revision]
        # What the downgrade did not bring back is told once, as MC204.
        told = {(d.object_type, d.name, d.attribute) for d in semantic(seen.reverted)}
        fresh = (d for d in semantic(seen.reapplied) if (d.object_type, d.name, d.attribute) not in told)
        groups = by_object(fresh)
        if semantic(seen.reverted):
            follows = [group for group in groups if not any(holds_timestamps(d) for d in group)]
            if len(follows) > 1:
                groups = [group for group in groups if group not in follows]
                yield _consequence(tuple(d for group in follows for d in group), seen, info)
        for group in groups:
            message, remedy = _explained(group, seen)
            line = line_in_upgrade(group, seen.upgrade, info)
            yield CHECK.finding(message, remedy, info=info, line=line, differences=group)


def _consequence(found: tuple[Difference, ...], seen: RevisionEvidence, info: RevisionInfo) -> Finding:
    """One finding for all that differs because the second upgrade started from another schema."""
    message = (
        f"the second upgrade ends in another schema than the first ({listing(found)}); a consequence of what"
        f" the downgrade left different ({listing(semantic(seen.reverted), 3)}, see MC204)"
    )
    return CHECK.finding(message, _MEND_FIRST, info=info, line=info.upgrade_line, differences=found)


def _explained(group: tuple[Difference, ...], seen: RevisionEvidence) -> tuple[str, str]:
    target = schema_object(group[0])
    if any(holds_timestamps(d) for d in group):
        what = enumeration([attribute_name(d.attribute) for d in group])
        return (
            f"{target} has another {what} after the second upgrade than after the first: the value is the"
            " time at which the migration ran, so every database gets another one",
            'Let the database take the time when a row comes in: server_default=sa.text("now()") for'
            f" {target},"
            " not datetime.now() evaluated in Python.",
        )
    message = sentence(
        group,
        missing="is there after the first upgrade and missing after the second",
        extra="is there after the second upgrade and not after the first",
        moment="after the second upgrade than after the first",
    )
    message = message.replace(" before, ", " first, ").replace(" now)", " then)")
    left = semantic(seen.reverted)
    if left:
        message += f"; the downgrade left {listing(left, 3)} different (see MC204)"
        return message, _MEND_FIRST
    return message, (
        "Make upgrade() depend on the schema alone: no clock, no random value, no environment, no state kept"
        " in the module, no IF NOT EXISTS that skips work the second time."
    )


CHECK = Check(
    code="MC205",
    name="not-repeatable",
    severity=Severity.ERROR,
    proves="The second upgrade ends in the same schema as the first.",
    why=(
        "If the same revision makes two different schemas, staging proves nothing about production. The"
        " usual reason is a default computed in Python when the migration runs (datetime.utcnow(), uuid4()),"
        " or what a downgrade left."
    ),
    remedy=(
        'Let the database compute defaults (server_default=sa.text("now()")) and mend the downgrade (MC204).'
    ),
    acknowledge="`# migcheck: ignore[MC205] reason` on the line of the finding or at the top of the file.",
    needs="reapplied",
    judge=_judge,
)
