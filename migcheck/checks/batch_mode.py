"""What Alembic's batch mode has lost: it makes a table anew from what SQLAlchemy's reflection sees of it.

(alembic.sqlalchemy.org/en/latest/batch.html)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from migcheck.checks.objects import SchemaObject, schema_object
from migcheck.checks.remedies.batch import as_column, as_object, is_nameless, keeping_autoincrement
from migcheck.checks.remedies.clauses import is_true
from migcheck.checks.remedies.code import literal
from migcheck.checks.statements import mentions
from migcheck.model import Difference, DifferenceKind, RevisionEvidence, Statement, Step

_MADE = re.compile(r'\s*CREATE TABLE "?_alembic_tmp_(?P<table>[^\s("]+)', re.IGNORECASE)
_ON = re.compile(r'\bON\s+"?(?P<table>[^\s("]+)', re.IGNORECASE)
_DROPPED = re.compile(r"\s*DROP\s+(?:INDEX|TRIGGER)\b", re.IGNORECASE)


def lost(group: Sequence[Difference], seen: RevisionEvidence) -> tuple[str, str] | None:
    """Table and step (`downgrade()`) where batch mode has lost what `group` tells, else None.

    `group` is one object's differences between the schema before the upgrade and after the downgrade.
    """
    first = group[0]
    if first.kind is DifferenceKind.ADDED or not _is_blind_to(group):
        return None
    table = _table(first)
    for step in (seen.upgrade, seen.downgrade):
        made = step is not None and table in _made_anew(step)
        gone = step is seen.downgrade or _told_by(first, seen.applied or ())
        if step is not None and made and gone and not _dropped_by_hand(first, step.statements):
            return table, "downgrade()" if step is seen.downgrade else "upgrade()"
    return None


def keeping(group: Sequence[Difference], table: str, where: str, code: str) -> str:
    """What keeps in batch mode what it has lost `where`; `code` brings the object itself back."""
    first = group[0]
    target = schema_object(first)
    if target.kind in ("trigger", "index"):
        both = "in upgrade(), and in downgrade()" if where == "upgrade()" else "in downgrade()"
        return f"Make it again after the batch, {both}:\n{code}"
    argument = _argument(target, group)
    return (
        f"Tell the batch in {where} to keep it:\nwith op.batch_alter_table({literal(table)}, ..., {argument})"
        " as batch_op:\n    ..."
    )


def is_other_half(group: Sequence[Difference], groups: Sequence[Sequence[Difference]]) -> bool:
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
    if difference.object_type in ("column", "constraint"):
        return schema_object(difference).table
    match = _ON.search(difference.before or "")
    return match["table"] if match else ""


def _made_anew(step: Step) -> set[str]:
    return {match["table"] for statement in step.statements if (match := _MADE.match(statement.sql))}


def _told_by(difference: Difference, others: Sequence[Difference]) -> bool:
    same = (difference.kind, difference.object_type, difference.name, difference.attribute)
    return any((other.kind, other.object_type, other.name, other.attribute) == same for other in others)


def _dropped_by_hand(difference: Difference, statements: Sequence[Statement]) -> bool:
    """Whether a statement of the migration's own dropped it (batch mode drops the table alone)."""
    name = schema_object(difference).name
    return any(_DROPPED.match(statement.sql) and mentions(statement, name) for statement in statements)
