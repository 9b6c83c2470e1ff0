"""What Alembic's batch mode has lost: it makes a table anew from what SQLAlchemy's reflection sees of it.

(alembic.sqlalchemy.org/en/latest/batch.html)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from migcheck.checks.objects import SchemaObject, schema_object
from migcheck.checks.remedies.batch import as_column, as_object, is_nameless, keeping_autoincrement
from migcheck.checks.remedies.clauses import is_true
from migcheck.checks.remedies.code import literal
from migcheck.checks.remedies.sqlite import undo
from migcheck.checks.statements import mentions
from migcheck.model import Difference, DifferenceKind, RevisionEvidence, Statement, Step

_MADE = re.compile(r'\s*CREATE TABLE "?_alembic_tmp_(?P<table>[^\s("]+)', re.IGNORECASE)
_ON = re.compile(r'\bON\s+"?(?P<table>[^\s("]+)', re.IGNORECASE)
_BATCH = re.compile(
    r'^with op\.batch_alter_table\("[^"]*"(?:, (?P<options>.*))?\) as batch_op:\n    (?P<call>.*)$',
    re.MULTILINE,
)
_DROPPED = re.compile(r"\s*DROP\s+(?:INDEX|TRIGGER)\b", re.IGNORECASE)


class Advice(NamedTuple):
    """Why an object differs, as a clause that ends the message ("" where it goes without saying), and what to
    do."""

    why: str
    remedy: str


def advice(
    group: Sequence[Difference],
    groups: Sequence[Sequence[Difference]],
    seen: RevisionEvidence,
    code: str,
) -> Advice | None:
    """What to do about a difference in a table that a step makes anew, or makes again; None for another.

    `group` is one of the `groups` of differences between the schema before the upgrade and after the
    downgrade, and `code` brings it back where nothing stands in the way.
    """
    table = _table(group[0])
    if where := _lost(group, table, seen):
        why = f": batch mode made table {table} anew in {where} and lost it"
        return Advice(why, _keeping(group, table, where, code))
    if _is_other_half(group, groups):
        return Advice(
            "", "Nothing of its own: it is what is left of the foreign key whose actions were lost."
        )
    gone = {(d.object_type, d.name): d for d in seen.applied or () if d.kind is DifferenceKind.REMOVED}
    if ("table", table) in gone and group[0].object_type not in ("trigger", "index"):
        return Advice("", f"Make table {table} in downgrade() as it was before the upgrade dropped it.")
    former = gone.get((group[0].object_type, group[0].name))
    if group[0].kind is DifferenceKind.CHANGED and former and former.object_type == "column":
        drop = f"op.drop_column({literal(table)}, {literal(schema_object(former).name)})"
        return Advice("", f"Add the column in downgrade() as it was:\n{drop}\n{undo([former])}")
    if seen.downgrade and table in _made_anew(seen.downgrade):
        return _in_its_batch(group, table, code)
    return None


def _in_its_batch(group: Sequence[Difference], table: str, code: str) -> Advice | None:
    """What the batch that is there has to do, in place of those in `code`; None where there are none."""
    batches = list(_BATCH.finditer(code))
    if not batches or not code.startswith("with "):
        return None
    last = batches[-1]
    how = ""
    if len(batches) > 1:  # dropped and made again: the batch that is there makes it in another way
        how = ", by its own name" if group[0].kind is DifferenceKind.REMOVED else ", as it was"
    what = last["options"] if last["call"] == "pass" else last["call"]
    return Advice("", f"In the batch in downgrade() that makes table {table} anew{how}:\n{what}")


def _lost(group: Sequence[Difference], table: str, seen: RevisionEvidence) -> str | None:
    """The step (`downgrade()`) in which batch mode has lost what `group` tells, else None."""
    first = group[0]
    if first.kind is DifferenceKind.ADDED or not _is_blind_to(group):
        return None
    applied = seen.applied or ()
    told = _told_by(first, applied)
    for step, at_fault in (
        (seen.upgrade, told),
        (seen.downgrade, not told and not _gone_with_column(first, table, applied)),
    ):
        made = step is not None and table in _made_anew(step)
        if step is not None and made and at_fault and not _dropped_by_hand(first, step.statements):
            return "downgrade()" if step is seen.downgrade else "upgrade()"
    return None


def _keeping(group: Sequence[Difference], table: str, where: str, code: str) -> str:
    """What keeps in batch mode what it has lost `where`; `code` brings the object itself back."""
    target = schema_object(group[0])
    if target.kind in ("trigger", "index"):
        both = "in upgrade(), and in downgrade()" if where == "upgrade()" else "in downgrade()"
        return f"Make it again after the batch, {both}:\n{code}"
    argument = _argument(target, group)
    return (
        f"Tell the batch in {where} to keep it:\nwith op.batch_alter_table({literal(table)}, ..., {argument})"
        " as batch_op:\n    ..."
    )


def _is_other_half(group: Sequence[Difference], groups: Sequence[Sequence[Difference]]) -> bool:
    """Whether it is a foreign key without a name that stands there without its actions, which were lost."""
    target = schema_object(group[0])
    if group[0].kind is not DifferenceKind.ADDED or not is_nameless(target):
        return False
    return any(
        other[0].kind is DifferenceKind.REMOVED
        and other[0].object_type == "constraint"
        and schema_object(other[0]).table == target.table
        and schema_object(other[0]).text.startswith(f"{target.text} ")
        for other in groups
    )


def _argument(target: SchemaObject, group: Sequence[Difference]) -> str:
    if target.kind == "constraint":
        column = as_column(target)
        return f"reflect_args=[{column}]" if column else f"table_args=[{as_object(target)}]"
    former = {difference.attribute: difference.before for difference in group}
    if is_true(former.get("autoincrement")):
        return keeping_autoincrement()
    if collation := former.get("collation"):
        column = f"sa.Column({literal(target.name)}, sa.String(..., collation={literal(collation)}))"
        return f"reflect_args=[{column}]"
    return f"reflect_args=[sa.Column({literal(target.name)}, ...)]"


def _is_blind_to(group: Sequence[Difference]) -> bool:
    first = group[0]
    if first.object_type == "column":
        attributes = {difference.attribute for difference in group}
        return attributes <= {"autoincrement", "collation", "on_conflict"}
    if first.object_type == "constraint":
        return first.kind is DifferenceKind.REMOVED and is_nameless(schema_object(first))
    return first.object_type in ("trigger", "index")


def _table(difference: Difference) -> str:
    if difference.object_type in ("table", "column", "constraint"):
        target = schema_object(difference)
        return target.table or target.name
    match = _ON.search(difference.before or "")
    return match["table"] if match else ""


def _made_anew(step: Step) -> set[str]:
    return {match["table"] for statement in step.statements if (match := _MADE.match(statement.sql))}


def _told_by(difference: Difference, others: Sequence[Difference]) -> bool:
    same = (difference.kind, difference.object_type, difference.name, difference.attribute)
    return any((other.kind, other.object_type, other.name, other.attribute) == same for other in others)


def _gone_with_column(difference: Difference, table: str, applied: Sequence[Difference]) -> bool:
    """Whether the upgrade dropped a column that the object is of, and the object with it."""
    text = Statement(difference.before or "", None)
    return any(
        other.object_type == "column"
        and other.kind is DifferenceKind.REMOVED
        and (column := schema_object(other)).table == table
        and mentions(text, column.name)
        for other in applied
    )


def _dropped_by_hand(difference: Difference, statements: Sequence[Statement]) -> bool:
    """Whether a statement of the migration's own dropped it (batch mode drops the table alone)."""
    name = schema_object(difference).name
    return any(_DROPPED.match(statement.sql) and mentions(statement, name) for statement in statements)
