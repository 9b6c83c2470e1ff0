"""MC211: a step leaves session state behind."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.lines import line_mentioning
from migcheck.model import Evidence, Finding, Leak, Severity, Step

_REMEDIES = {
    "setting": 'Use SET LOCAL, which ends with the transaction: op.execute("SET LOCAL {name} = ...").',
    "role": 'Take the role back at the end of the step: op.execute("RESET ROLE"); or use SET LOCAL ROLE.',
    "temporary table": (
        'Create it with ON COMMIT DROP, or drop it at the end of the step: op.execute("DROP TABLE'
        ' pg_temp.{name}").'
    ),
    "prepared statement": "Drop it at the end of the step: op.execute('DEALLOCATE {name}').",
    "cursor": "Close it at the end of the step: op.execute('CLOSE {name}').",
    "channel": "Stop listening at the end of the step: op.execute('UNLISTEN {name}').",
    "advisory lock": "Use pg_advisory_xact_lock, which ends with the transaction, or unlock it in the step.",
}


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        info = known[seen.revision]
        told: set[tuple[str, str, str]] = set()
        for step in (seen.upgrade, seen.downgrade, seen.reupgrade):
            for leak in step.leaks if step else ():
                direction = "upgrade" if step and step.direction != "downgrade" else "downgrade"
                if (direction, leak.what, leak.name) in told:
                    continue
                told.add((direction, leak.what, leak.name))
                start = info.upgrade_line if direction == "upgrade" else info.downgrade_line
                detail = f" ({leak.detail})" if leak.detail else ""
                yield CHECK.finding(
                    f"{direction}() leaves the {leak.what} {leak.name} behind in the session{detail}: the"
                    " revisions after it run with it in one deploy, and without it in another",
                    _REMEDIES.get(leak.what, "Restore the session at the end of the step.").format(
                        name=leak.name
                    ),
                    info=info,
                    line=_line(step, leak) or start,
                    evidence="observed",
                )


def _line(step: Step | None, leak: Leak) -> int | None:
    words = {"role": "role", "advisory lock": "pg_advisory_lock"}
    return line_mentioning(step, leak.name) or line_mentioning(step, words.get(leak.what, leak.name))


CHECK = Check(
    code="MC211",
    name="session-leak",
    severity=Severity.WARNING,
    proves="Each step leaves the session as it found it.",
    why=(
        "`SET search_path` in one revision decides into which schema the next one creates its tables, but"
        " only when both run in the same deploy. Temporary tables and locks that stay have the same effect."
    ),
    remedy="Use SET LOCAL, ON COMMIT DROP and pg_advisory_xact_lock: they end with the transaction.",
    acknowledge="`# migcheck: ignore[MC211] reason` on the line of the statement or at the top of the file.",
    needs="upgrade",
    judge=_judge,
)
