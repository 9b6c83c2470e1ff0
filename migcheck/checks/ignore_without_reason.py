"""MC002: an acknowledgement that gives no reason."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for comment in evidence.acknowledgements:
        if comment.reason or comment.directive not in ("ignore", "irreversible"):
            continue
        written = comment.directive + (f"[{','.join(comment.codes)}]" if comment.codes else "")
        yield CHECK.finding(
            f"`# migcheck: {written}` gives no reason",
            f"Say why it is right: `# migcheck: {written} tokens are hashed`.",
            revision=comment.revision,
            path=comment.path,
            line=comment.line,
            evidence="observed",
        )


CHECK = Check(
    code="MC002",
    name="ignore-without-reason",
    severity=Severity.WARNING,
    proves="Every acknowledgement in a revision file says why.",
    why=(
        "Whoever reads the file in a year must be able to decide whether the acknowledgement still holds. It"
        " works without a reason too, and is reported until it has one."
    ),
    remedy="Write the reason after the bracket: `# migcheck: ignore[MC303] names are rebuilt nightly`.",
    acknowledge=(
        "`# migcheck: ignore[MC002] reason` at the top of the file, where one reason serves several comments."
    ),
    needs="acknowledgements",
    judge=_judge,
)
