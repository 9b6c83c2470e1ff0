"""MC203: upgrade() raises after an upgrade and a downgrade."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import cause_of, headline
from migcheck.checks.missing import drop_of_duplicate, duplicate_name, missing_name
from migcheck.checks.objects import semantic
from migcheck.checks.wording import listing
from migcheck.model import Evidence, Finding, RevisionEvidence, Severity, StepError


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        error = seen.reupgrade.error if seen.reupgrade else None
        if error is None:
            continue
        info = known[seen.revision]
        message, remedy = _explained(error, seen)
        yield CHECK.finding(message, remedy, info=info, line=error.line or info.upgrade_line, error=error)


def _explained(error: StepError, seen: RevisionEvidence) -> tuple[str, str]:
    again = "upgrade() fails when it runs again after a downgrade"
    left = semantic(seen.reverted)
    if duplicate := duplicate_name(error):
        kind, name = duplicate
        message = f"{again}, because {kind} {name} is still there: {headline(error)}"
        consequence = f"; a consequence of what the downgrade left behind ({listing(left, 3)}, see MC204)"
        return message + (
            consequence if left else ""
        ), f"Add to downgrade():\n{drop_of_duplicate(error, seen)}"
    message = f"{again}: {headline(error)}"
    remedy = "Make downgrade() take back all that upgrade() does, so that upgrade() can run again."
    if cause := cause_of(error, seen):
        message, remedy = f"{message}: {cause.meaning}", cause.remedy
    if left:
        message += f"; a consequence of what the downgrade left different ({listing(left, 3)}, see MC204)"
        if cause is None or missing_name(error) is not None:
            # The very statement worked the first time: what it lacks is what the downgrade did not put back.
            remedy = (
                "Mend the downgrade, as MC204 says of this revision: upgrade() then starts from the schema"
                " that it started from the first time."
            )
    elif seen.reverted is not None:
        message += "; the schema is as before: rows that the downgrade left, or state outside of the database"
    return message, remedy


CHECK = Check(
    code="MC203",
    name="reupgrade-fails",
    severity=Severity.ERROR,
    proves="Every upgrade() runs again after an upgrade and a downgrade.",
    why=(
        "After a rollback the release is mended and deployed again. A type, an index or a row that the"
        " downgrade left behind makes that second upgrade fail, and production stands between two versions."
    ),
    remedy=(
        "Drop (or delete) in downgrade() everything that upgrade() makes; enum types need a drop of their"
        " own."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC203] reason` on the line of the failing call or at the top of the file."
    ),
    needs="reupgrade",
    judge=_judge,
)
