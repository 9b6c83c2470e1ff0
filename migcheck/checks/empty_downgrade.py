"""MC103: the upgrade did something, the downgrade does nothing."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.objects import by_object
from migcheck.checks.remedies import undo
from migcheck.checks.statements import abbreviated, changes, rebuilding
from migcheck.checks.wording import listing
from migcheck.model import Difference, DifferenceKind, Evidence, Finding, RevisionEvidence, Severity

_SHOWN = 5
_DEPENDENT_FIRST = (
    "policy",
    "rule",
    "trigger",
    "materialized view",
    "view",
    "index",
    "constraint",
    "column",
    "table",
    "sequence",
    "function",
    "procedure",
    "domain",
    "type",
    "extension",
    "schema",
    "role",
)


def has_empty_downgrade(seen: RevisionEvidence) -> bool:
    """True when the upgrade changed something or ran statements, and the downgrade ran none.

    Reads and session settings (SELECT, SET, ANALYZE ...) alone leave nothing to undo, nor does a table that
    batch mode has made anew as it was.
    """
    if seen.upgrade is None or seen.downgrade is None or seen.irreversible is not None:
        return False
    if seen.upgrade.error or seen.downgrade.error or seen.downgrade.statements:
        return False
    rebuilt = rebuilding(seen.upgrade.statements)
    return bool(seen.applied) or any(
        changes(statement) and statement not in rebuilt for statement in seen.upgrade.statements
    )


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        if not has_empty_downgrade(seen) or seen.upgrade is None:
            continue
        info = known[seen.revision]
        done = [statement for statement in seen.upgrade.statements if changes(statement)]
        did = f"{len(done)} statement{'s' if len(done) != 1 else ''}"
        if seen.applied:
            did += f" ({listing(seen.applied, 3)})"
        elif done:
            did += f" ({abbreviated(done[0].sql, 60)})"
        yield CHECK.finding(
            f"the upgrade ran {did}, the downgrade ran none",
            _remedy(seen, evidence.dialect),
            info=info,
            line=info.downgrade_line,
        )


def _remedy(seen: RevisionEvidence, dialect: str) -> str:
    # What undoes `applied` is what brings its second moment back to its first, the last made first.
    statements = seen.upgrade.statements if seen.upgrade else ()
    calls = [undo(group, dialect) for group in sorted(by_object(seen.applied or (), statements), key=_turn)]
    floor = (
        'If there is no way back, say so: `raise NotImplementedError("why")`, or `# migcheck: irreversible'
        " why` at the"
        " top of the file."
    )
    if not calls:
        return f"Write the downgrade. {floor}"
    more = "\n..." if len(calls) > _SHOWN else ""
    return "Write the downgrade, for example:\n" + "\n".join(calls[:_SHOWN]) + more + "\n" + floor


def _turn(group: tuple[Difference, ...]) -> int:
    """When it is this object's turn: what depends on others goes first, what comes back comes last."""
    first = group[0]
    if first.kind is not DifferenceKind.ADDED:
        return len(_DEPENDENT_FIRST) + 1
    if first.object_type in _DEPENDENT_FIRST:
        return _DEPENDENT_FIRST.index(first.object_type)
    return len(_DEPENDENT_FIRST)


CHECK = Check(
    code="MC103",
    name="empty-downgrade",
    severity=Severity.ERROR,
    proves="Where the upgrade ran statements the downgrade runs some too.",
    why=(
        "A downgrade that is only `pass` succeeds: the version table says the revision is undone, and the"
        " schema says it is not. The next upgrade fails on what is still there."
    ),
    remedy=(
        'Write the downgrade, or say that there is none: `raise NotImplementedError("why")` or'
        " `# migcheck: irreversible why`. Revisions that only read, or only set session parameters, need"
        " none."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC103] reason` on the line of `def downgrade` or at the top of the file."
    ),
    needs="downgrade",
    judge=_judge,
)
