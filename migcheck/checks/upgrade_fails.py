"""MC201: upgrade() raises on a database without rows."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import cause_of, headline
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        if seen.upgrade is None or seen.upgrade.error is None:
            continue
        info, error = known[seen.revision], seen.upgrade.error
        cause = cause_of(error, seen)
        message = f"upgrade() fails: {headline(error)}"
        remedy = "Mend the statement, and try it with `alembic upgrade` on an empty database."
        if cause:
            message, remedy = f"{message}: {cause.meaning}", cause.remedy
        if seen.works_in_company:
            message += "; in one run with its neighbours it works, by itself it does not"
            remedy += (
                "\nA deploy that stops at this revision (or that has the one before it already) runs it by"
                " itself: it must not rely on what another revision left in the process or the session."
            )
        yield CHECK.finding(message, remedy, info=info, line=error.line or info.upgrade_line, error=error)


CHECK = Check(
    code="MC201",
    name="upgrade-fails",
    severity=Severity.ERROR,
    proves="Every upgrade() runs on a database without rows that stands at its parents.",
    why=(
        "A new developer, a test run and a new installation start from an empty database. A revision that"
        " fails there blocks all that follow it."
    ),
    remedy=(
        "The finding shows the statement and the server's error. What the history expects and no revision"
        " makes (tables of a create_all, extensions, roles) is put in first with --setup FILE.sql and"
        " --stamp REV."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC201] reason` on the line of the failing call or at the top of the file."
    ),
    needs="upgrade",
    judge=_judge,
)
