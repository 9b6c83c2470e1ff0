"""MC208: the whole history in one `upgrade heads`."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.causes import cause_of, headline
from migcheck.checks.not_repeatable import unrepeatable
from migcheck.checks.objects import by_object, semantic
from migcheck.checks.wording import holds_timestamps, sentence
from migcheck.model import Difference, Evidence, Finding, OneShot, Severity

_REMEDY = (
    "Look for a revision that relies on session state, on a commit, or on what the module or another"
    " revision left in the process; each revision must do the same work in both ways of running."
)
_CLOCK = (
    "The value is the time at which the migration ran, so every database gets another one. Let the database"
    ' take the time when a row comes in: server_default=sa.text("now()").'
)


def _judge(evidence: Evidence) -> Iterable[Finding]:
    one_shot = evidence.one_shot
    if one_shot is None:
        return
    if one_shot.error is not None:
        yield from _failure(one_shot, evidence)
        return
    if not one_shot.committed:
        yield CHECK.finding(
            "one `upgrade heads` leaves nothing in the database, not even Alembic's own table: env.py ends"
            " without a commit",
            "Run the migrations in a transaction that is committed: `with context.begin_transaction():`"
            " around context.run_migrations(), and no rollback after it. (SQLAlchemy 2 commits nothing by"
            " itself.)",
        )
        return
    for group in by_object(_repeatable(semantic(one_shot.differences), evidence)):
        message = sentence(
            group,
            missing="is there after a step-by-step upgrade and missing after one `upgrade heads`",
            extra="is there only after one `upgrade heads`, not after a step-by-step upgrade",
            moment="after one `upgrade heads` than after a step-by-step upgrade",
        )
        yield CHECK.finding(
            message.replace(" before, ", " step by step, ").replace(" now)", " in one go)"),
            _CLOCK if any(map(holds_timestamps, group)) else _REMEDY,
            differences=group,
        )


def _repeatable(found: Iterable[Difference], evidence: Evidence) -> list[Difference]:
    """Without what is another one each time anyway, by its value or by its name: MC205 has it."""
    values = unrepeatable(evidence)
    kept = [d for d in found if (d.object_type, d.name, d.attribute) not in values]
    for seen in evidence.revisions:
        for another in semantic(seen.reapplied):
            if another.attribute is None:
                same = (d for d in kept if (d.kind, d.object_type) == (another.kind, another.object_type))
                if (first := next(same, None)) is not None:
                    kept.remove(first)
    return kept


def _failure(one_shot: OneShot, evidence: Evidence) -> Iterable[Finding]:
    error = one_shot.error
    assert error is not None
    info = infos(evidence).get(one_shot.failed or "")
    alone = next((seen for seen in evidence.revisions if seen.revision == one_shot.failed), None)
    own = alone.upgrade.error if alone and alone.upgrade else None
    if own is not None and (own.type, own.sqlstate) == (error.type, error.sqlstate):
        return  # MC201 has it
    cause = cause_of(error, alone) if alone else None
    message = (
        f"one `upgrade heads` on an empty database fails in {one_shot.failed or 'env.py'}: {headline(error)}"
    )
    if cause:
        message += f": {cause.meaning}"
    if own is None and alone is not None and alone.upgrade is not None:
        message += "; step by step the revision works"
    remedy = (
        cause.remedy
        if cause
        else (
            "All revisions share one transaction and one session here unless env.py sets"
            " transaction_per_migration=True: commit what the next revision needs with an autocommit_block,"
            " or set transaction_per_migration."
        )
    )
    line = error.line or (info.upgrade_line if info else None)
    yield CHECK.finding(message, remedy, info=info, line=line, error=error)


CHECK = Check(
    code="MC208",
    name="one-shot-differs",
    severity=Severity.ERROR,
    proves=(
        "One `alembic upgrade heads` on an empty database ends in the schema that the single steps end in."
    ),
    why=(
        "Production gets one revision at a time, a new installation all of them in one command and, by"
        " default, in one transaction: a new enum value cannot be used there, and session settings of one"
        " revision reach the next."
    ),
    remedy=(
        "Set transaction_per_migration=True in env.py, or commit with op.get_context().autocommit_block()."
    ),
    acknowledge=(
        "`# migcheck: ignore[MC208] reason` in the revision that fails; a difference at the end belongs to"
        " no single revision: use the settings."
    ),
    needs="one_shot",
    judge=_judge,
)
