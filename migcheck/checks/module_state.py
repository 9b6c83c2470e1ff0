"""MC214: a failure that only a second run in the same process shows."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import headline
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        info = known[seen.revision]
        for step in seen.module_state:
            what = {"downgrade": "downgrade()", "upgrade": "upgrade()"}.get(
                step.direction, "the second upgrade()"
            )
            start = info.downgrade_line if step.direction == "downgrade" else info.upgrade_line
            why = f" ({headline(step.error)})" if step.error else ""
            line = step.error.line if step.error else None
            yield CHECK.finding(
                f"{what} fails in a process in which the revision's module has run before{why}; in a fresh"
                " process, as in a deploy, it works",
                "Make Table, MetaData and Enum objects inside upgrade() and downgrade(), not at module"
                " level; there they remember what they have created.",
                info=info,
                line=line or start,
                error=step.error,
                evidence="observed",
            )


CHECK = Check(
    code="MC214",
    name="module-state",
    severity=Severity.INFO,
    proves="A revision behaves the same when its module has already run in the process.",
    why=(
        "A module-level MetaData or Enum remembers that it has created its type, and creates nothing the"
        " second time. A deploy runs each revision once per process and never notices; a test suite that"
        " goes up and down does."
    ),
    remedy="Make such objects inside upgrade() and downgrade().",
    acknowledge="`# migcheck: ignore[MC214] reason` at the top of the file.",
    needs="upgrade",
    judge=_judge,
)
