"""MC209: only the order of columns differs."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check, infos
from migcheck.checks.objects import by_object, schema_object
from migcheck.checks.wording import shown
from migcheck.model import Difference, DifferenceClass, Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    known = infos(evidence)
    for seen in evidence.revisions:
        info = known[seen.revision]
        down, up = _order(seen.reverted), _order(seen.reapplied)
        told = {(d.object_type, d.name) for d in down}
        for group in by_object(down):
            yield CHECK.finding(
                f"{schema_object(group[0])} has its columns in another order after the"
                f" downgrade{_orders(group)}",
                _REMEDY,
                info=info,
                line=info.downgrade_line,
                differences=group,
            )
        for group in by_object(d for d in up if (d.object_type, d.name) not in told):
            yield CHECK.finding(
                f"{schema_object(group[0])} has its columns in another order after the second"
                f" upgrade{_orders(group)}",
                _REMEDY,
                info=info,
                line=info.upgrade_line,
                differences=group,
            )


def _order(differences: tuple[Difference, ...] | None) -> tuple[Difference, ...]:
    return tuple(d for d in differences or () if d.difference_class is DifferenceClass.ORDER)


def _orders(group: tuple[Difference, ...]) -> str:
    first = group[0]
    return f": {shown(first.before)} before, {shown(first.after)} now" if first.before and first.after else ""


_REMEDY = (
    "Usually nothing: PostgreSQL appends a column that is added again. It matters only to code that relies"
    " on positions (SELECT * into a tuple, INSERT without column names, COPY without a column list)."
)

CHECK = Check(
    code="MC209",
    name="column-order",
    severity=Severity.INFO,
    proves="Down and up again leaves the columns of every table in their order.",
    why=(
        "A dropped column that comes back stands at the end of its table. Nothing can put it back in the"
        " middle, so this is no fault of the migration; code that relies on positions still notices."
    ),
    remedy="Name the columns in INSERT, COPY and SELECT.",
    acknowledge="`# migcheck: ignore[MC209] reason` at the top of the file; or --ignore MC209.",
    needs="reverted",
    judge=_judge,
)
