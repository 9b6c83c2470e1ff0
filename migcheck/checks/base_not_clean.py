"""MC207: the way down from heads to base, in one go."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import cause_of, headline, is_not_implemented
from migcheck.checks.lines import line_of
from migcheck.checks.not_repeatable import unrepeatable
from migcheck.checks.objects import by_object, semantic
from migcheck.checks.remedies import undo
from migcheck.checks.wording import sentence
from migcheck.model import Difference, Evidence, Finding, RevisionEvidence, RevisionInfo, Severity, WayDown

_LEFT_BY_LATER = (
    "The downgrade of a later revision leaves rows or objects that this one does not expect: take them back"
    " there (delete the rows that its upgrade inserted), or make this downgrade cope with them."
)
_Known = tuple[str, str, str, str | None]


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known, seen = infos(evidence), {entry.revision: entry for entry in evidence.revisions}
    clock = unrepeatable(evidence)
    told: set[tuple[str, _Known]] = set()
    for way in evidence.ways_down:
        for level in way.levels:
            alone = seen.get(level.revision, RevisionEvidence(level.revision))
            already = {_key(d) for d in semantic(alone.reverted)}
            fresh = tuple(
                d
                for d in semantic(level.differences)
                if _key(d) not in already
                and (level.revision, _key(d)) not in told
                and (d.object_type, d.name, d.attribute) not in clock
            )
            told |= {(level.revision, _key(d)) for d in fresh}
            for group in by_object(fresh):
                yield _at_level(group, way, alone, known[level.revision], evidence.dialect)
        yield from _broken_off(way, seen, known)


def _key(difference: Difference) -> _Known:
    return (difference.object_type, difference.name, difference.kind.value, difference.attribute)


def _at_level(
    group: tuple[Difference, ...], way: WayDown, alone: RevisionEvidence, info: RevisionInfo, dialect: str
) -> Finding:
    message = sentence(
        group,
        missing=f"is missing after the downgrade on the way down from {way.top}",
        extra=f"is left behind by the downgrade on the way down from {way.top}",
        moment=f"after the downgrade on the way down from {way.top}",
    )
    return CHECK.finding(
        f"{message}; right after its own upgrade the downgrade does not show this",
        "A later revision changed what this downgrade relies on, and its own downgrade did not put it back,"
        " or this downgrade looks at the schema to decide what to do. In downgrade():\n"
        f"{undo(group, dialect)}",
        info=info,
        line=line_of(group, alone, info),
        differences=group,
    )


def _broken_off(
    way: WayDown, seen: dict[str, RevisionEvidence], known: dict[str, RevisionInfo]
) -> Iterable[Finding]:
    if way.error is None or is_not_implemented(way.error):
        return
    alone = seen.get(way.failed or "", RevisionEvidence(way.failed or ""))
    own = alone.downgrade.error if alone.downgrade else None
    if own is not None and (own.type, own.sqlstate) == (way.error.type, way.error.sqlstate):
        return  # MC202 has it
    info = known.get(way.failed or "")
    cause = cause_of(way.error, alone)
    message = f"the way down from {way.top} fails in the downgrade of {way.failed or 'an unknown revision'}:"
    message += f" {headline(way.error)}" + (f": {cause.meaning}" if cause else "")
    remedy = cause.remedy if cause else "Run `alembic downgrade base` from heads and mend what fails."
    if own is None and alone.downgrade is not None:
        message += "; right after its own upgrade the downgrade works"
        remedy = cause.remedy if cause else _LEFT_BY_LATER
    yield CHECK.finding(
        message,
        remedy,
        info=info,
        line=way.error.line or (info.downgrade_line if info else None),
        error=way.error,
    )


CHECK = Check(
    code="MC207",
    name="base-not-clean",
    severity=Severity.ERROR,
    proves=(
        "The way down from heads to base runs in one go, passes the schemas of the way up, and leaves"
        " nothing."
    ),
    why=(
        "Each downgrade can work right after its upgrade and still fail later, when another revision has"
        " changed what it relies on (a renamed column, a name reused). Test suites that downgrade to base"
        " between runs then break."
    ),
    remedy="Make the downgrade of the later revision put back what the earlier one's downgrade expects.",
    acknowledge="`# migcheck: ignore[MC207] reason` on the line of the finding or at the top of the file.",
    needs="ways_down",
    judge=_judge,
)
