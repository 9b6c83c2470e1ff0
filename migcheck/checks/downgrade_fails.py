"""MC202: downgrade() raises."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import cause_of, headline, is_not_implemented
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        error = seen.downgrade.error if seen.downgrade else None
        # NotImplementedError is a declared floor: MC210 reports it.
        if error is None or is_not_implemented(error):
            continue
        info = known[seen.revision]
        cause = cause_of(error, seen)
        message = f"downgrade() fails: {headline(error)}"
        remedy = (
            'Mend the statement; when there is no way back, say so with `raise NotImplementedError("why")` or'
            " `# migcheck: irreversible why`."
        )
        if cause:
            message, remedy = f"{message}: {cause.meaning}", cause.remedy
        yield CHECK.finding(message, remedy, info=info, line=error.line or info.downgrade_line, error=error)


CHECK = Check(
    code="MC202",
    name="downgrade-fails",
    severity=Severity.ERROR,
    proves="Every downgrade() runs right after its upgrade().",
    why=(
        "A downgrade is needed when a release goes wrong, and that is the worst moment to learn that it"
        " never ran. The commonest reason is a constraint dropped by None: autogenerate writes"
        " op.drop_constraint(None, ...) for a constraint without a name, and the database has given it one."
    ),
    remedy="Use the name that the object has in the database; the finding names it where it can be known.",
    acknowledge=(
        "`# migcheck: ignore[MC202] reason` on the line of the failing call or at the top of the file; a"
        " floor is better marked with `# migcheck: irreversible reason`."
    ),
    needs="downgrade",
    judge=_judge,
)
