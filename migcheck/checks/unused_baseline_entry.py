"""MC003: an entry of the baseline that nothing needs."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    for entry in evidence.baseline:
        if entry.unused:
            where = f" of {entry.revision}" if entry.revision else ""
            yield CHECK.finding(
                f"the baseline knows {entry.code}{where} ({entry.message}), and that is found no more",
                "Remove the entry (--write-baseline does it): it would hide the fault when it comes back.",
                path=entry.path,
                line=entry.line,
                evidence="observed",
                concerns=entry.fingerprint,
            )


CHECK = Check(
    code="MC003",
    name="unused-baseline-entry",
    severity=Severity.WARNING,
    proves="Every entry of the baseline answers for something that is still found.",
    why="An entry that outlives its finding hides the same fault when somebody brings it back.",
    remedy=(
        "Remove the entry, or let `--write-baseline` write the file anew. An entry is judged only where its"
        " check and its revision were part of the run."
    ),
    acknowledge='`ignore = ["MC003"]` in the settings.',
    needs="acknowledgements",
    judge=_judge,
)
