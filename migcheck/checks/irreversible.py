"""MC210: a revision without a way back."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import is_not_implemented
from migcheck.checks.wording import shown
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        error = seen.downgrade.error if seen.downgrade else None
        raised = error if is_not_implemented(error) else None
        if seen.irreversible is None and raised is None:
            continue
        info = known[seen.revision]
        reason = (
            seen.irreversible
            or (raised.message if raised else "")
            or "downgrade() raises NotImplementedError"
        )
        yield CHECK.finding(
            f"no way back below this revision: {shown(reason.rstrip(' .'), 120)}; its downgrade was not"
            " verified, and what follows was verified down to here",
            "Nothing to do if that is meant. Otherwise write the downgrade; data that cannot be brought back"
            " can still leave the schema as it was.",
            info=info,
            line=info.downgrade_line or info.upgrade_line,
            evidence="observed",
        )


CHECK = Check(
    code="MC210",
    name="irreversible",
    severity=Severity.INFO,
    proves="Every revision can be undone; each floor below which there is no way back is named.",
    why=(
        "Some steps cannot be undone, and saying so is right. But a rollback of a release stops there, and"
        " whoever plans one should know. So a floor is reported, never passed in silence."
    ),
    remedy="Write the downgrade where one is possible.",
    acknowledge="`# migcheck: ignore[MC210] reason` at the top of the file.",
    needs="downgrade",
    judge=_judge,
)
