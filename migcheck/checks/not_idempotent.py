"""MC206: `upgrade heads` on a database at heads is not a no-op."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.checks.causes import headline
from migcheck.checks.objects import by_object, semantic
from migcheck.checks.statements import abbreviated, changes, guarded, verb
from migcheck.checks.wording import sentence
from migcheck.model import Evidence, Finding, Severity

# Statements of these kinds leave what is there as it is. (If not, there is a difference.)
_REPEATABLE = frozenset({"ALTER", "COMMENT", "DO", "GRANT", "REVOKE"})

_REMEDY = (
    "At heads no revision runs, so it is env.py (or an event it triggers) that does this: move it into a"
    " revision, or guard it with IF NOT EXISTS."
)


def _judge(evidence: Evidence) -> Iterable[Finding]:
    seen = evidence.idempotence
    if seen is None:
        return
    if seen.error is not None:
        yield CHECK.finding(
            f"`upgrade heads` fails on a database that is at heads: {headline(seen.error)}",
            _REMEDY,
            error=seen.error,
        )
        return
    for group in by_object(semantic(seen.differences)):
        message = sentence(
            group,
            missing="is gone after `upgrade heads` on a database that is at heads",
            extra="appears on `upgrade heads` on a database that is at heads",
            moment="after `upgrade heads` on a database that is at heads",
        )
        yield CHECK.finding(message, _REMEDY, differences=group)
    # env.py may read, set session parameters and make sure that something is there: that changes nothing.
    ran = [s for s in seen.statements if changes(s) and not guarded(s) and verb(s) not in _REPEATABLE]
    if ran and not semantic(seen.differences):
        more = f" and {len(ran) - 1} more" if len(ran) > 1 else ""
        yield CHECK.finding(
            f"`upgrade heads` on a database that is at heads runs {abbreviated(ran[0].sql)}{more}", _REMEDY
        )


CHECK = Check(
    code="MC206",
    name="not-idempotent",
    severity=Severity.ERROR,
    proves="`alembic upgrade heads` on a database that is at heads runs nothing and changes nothing.",
    why=(
        "Most deploys run `alembic upgrade head` at every start, also when there is nothing to do, often"
        " from several containers at once. It must then be free of effects."
    ),
    remedy="Move what env.py does into a revision, or guard it (CREATE SCHEMA IF NOT EXISTS is fine).",
    acknowledge="The finding is about env.py, not about a revision: use --ignore MC206 or the settings.",
    needs="idempotence",
    judge=_judge,
)
