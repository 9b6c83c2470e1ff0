"""MC201: upgrade() raises on a database without rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import cause_of, headline
from migcheck.model import Evidence, Finding, Severity, StepError


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
        if leaking := _left_in_session(error, evidence):
            message += (
                f"; it is a temporary table that revision {leaking} left behind in the session (see MC211)"
            )
            remedy = (
                f"Make the table in this revision, or an ordinary table in revision {leaking} that a later"
                " one drops: a deploy that stops between the two has no temporary tables left."
            )
        if seen.works_in_company:
            message += "; in one run with its neighbours it works, by itself it does not"
            remedy += (
                "\nA deploy that stops at this revision (or that has the one before it already) runs it by"
                " itself: it must not rely on what another revision left in the process or the session."
            )
        yield CHECK.finding(message, remedy, info=info, line=error.line or info.upgrade_line, error=error)


def _left_in_session(error: StepError, evidence: Evidence) -> str | None:
    """The revision that left behind the temporary table which is missing here."""
    missing = re.search(r'relation "([^"]+)" does not exist', error.message)
    if not missing or error.sqlstate != "42P01":
        return None
    for seen in evidence.revisions:
        for step in filter(None, (seen.upgrade, seen.downgrade)):
            if any((leak.what, leak.name) == ("temporary table", missing[1]) for leak in step.leaks):
                return seen.revision
    return None


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
