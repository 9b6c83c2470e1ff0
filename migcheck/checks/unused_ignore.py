"""MC001: an acknowledgement that nothing needs."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.checks.wording import enumeration
from migcheck.model import Acknowledgement, Evidence, Finding, Severity

_DIRECTIVES = ("ignore", "irreversible")


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for comment in evidence.acknowledgements:
        for message, remedy in _faults(comment):
            yield CHECK.finding(
                message,
                remedy,
                revision=comment.revision,
                path=comment.path,
                line=comment.line,
                evidence="observed",
            )


def _faults(comment: Acknowledgement) -> Iterable[tuple[str, str]]:
    if comment.directive not in _DIRECTIVES:
        yield (
            f"`# migcheck: {comment.directive}` means nothing",
            "Write `# migcheck: ignore[CODE] reason` or `# migcheck: irreversible reason`.",
        )
        return
    if comment.directive == "ignore" and not comment.codes:
        yield (
            "the acknowledgement names no code, so it holds for nothing",
            f"Name what it answers for: `# migcheck: ignore[MC204] {comment.reason or 'reason'}`.",
        )
    for code, nearest in comment.unknown:
        yield (
            f"there is no check {code}" + (f"; did you mean {nearest}?" if nearest else ""),
            "`migcheck checks` lists the codes; they are written in full, as in ignore[MC204,MC209].",
        )
    if comment.unused:
        where = "on this revision" if comment.lines is None else "on this line"
        yield (
            f"nothing {where} needs the acknowledgement of {enumeration(comment.unused)} any more",
            "Remove the comment"
            + (f"; keep {enumeration(kept)}" if (kept := _needed(comment)) else "")
            + ": it would hide the next fault of that kind.",
        )


def _needed(comment: Acknowledgement) -> list[str]:
    gone = {*comment.unused, *(code for code, _ in comment.unknown)}
    return [code for code in comment.codes if code not in gone]


CHECK = Check(
    code="MC001",
    name="unused-ignore",
    severity=Severity.WARNING,
    proves="Every acknowledgement in a revision file answers for something that was found.",
    why=(
        "A comment that outlives its reason hides the next fault of the same kind, and a misspelt code hides"
        " nothing while everybody believes it does."
    ),
    remedy="Remove the comment, or correct the code. It is judged only for checks that really ran.",
    acknowledge="`# migcheck: ignore[MC001] reason` at the top of the file.",
    needs="acknowledgements",
    judge=_judge,
)
