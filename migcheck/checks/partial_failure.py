"""MC213: a step that failed left the schema changed."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import headline
from migcheck.checks.objects import semantic
from migcheck.checks.wording import listing
from migcheck.model import Evidence, Finding, Severity

_PHASES = {
    "upgrade": "upgrade() fails half-way",
    "downgrade": "downgrade() fails half-way",
    "reupgrade": "upgrade() fails half-way when it runs again after a downgrade",
}


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        for phase, fails in _PHASES.items():
            step = getattr(seen, phase)
            left = semantic(step.left) if step is not None and step.error is not None else ()
            if not left:
                continue
            info, error = known[seen.revision], step.error
            line = error.line or (info.downgrade_line if phase == "downgrade" else info.upgrade_line)
            yield CHECK.finding(
                f"{fails} and leaves the schema changed ({listing(left, 3)}): {headline(error)}",
                "Let each revision do one thing that commits by itself, so that it is done or not done; or"
                " write its statements so that they can be run again where they broke off (IF NOT EXISTS,"
                " IF EXISTS).",
                info=info,
                line=line,
                differences=left,
            )


CHECK = Check(
    code="MC213",
    name="partial-failure",
    severity=Severity.ERROR,
    proves="A step that fails leaves the schema as it was.",
    why=(
        "MariaDB, MySQL and Oracle commit each DDL statement by itself, and PostgreSQL what runs in an"
        " autocommit_block. A deploy that fails in the middle of such a revision stands between two versions:"
        " Alembic still names the old one, running the revision again meets what is there already, and"
        " somebody has to mend the schema by hand."
    ),
    remedy=(
        "Mend what makes the step fail. Then let a revision do one thing that commits by itself, or write its"
        " statements so that they can be run again (IF NOT EXISTS, IF EXISTS)."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC213] reason` on the line of the failing call or at the top of the file."
    ),
    needs="upgrade",
    judge=_judge,
)
