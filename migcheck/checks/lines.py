"""Which line of a revision's file is at fault for a difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from migcheck.checks.objects import SchemaObject, is_renamed, schema_object
from migcheck.checks.statements import changes, mentions, verb
from migcheck.model import Difference, DifferenceKind, RevisionEvidence, RevisionInfo, Statement, Step

_KEYWORDS = {
    "column": r"\bCOLUMN\b|\bADD\b|\bALTER\b",
    "constraint": r"\bCONSTRAINT\b|\bUNIQUE\b|\bPRIMARY\s+KEY\b|\bREFERENCES\b|\bCHECK\b|\bNOT\s+NULL\b",
    "index": r"\bINDEX\b|\bUNIQUE\b|\bPRIMARY\s+KEY\b",
}


def line_of(differences: Sequence[Difference], seen: RevisionEvidence, info: RevisionInfo) -> int | None:
    """The line at fault for the differences of one object after `info`'s downgrade, or None.

    What the downgrade left behind is blamed on the upgrade's statement that made it; what is missing
    or changed on the downgrade's statement that mentions it, else on the upgrade's statement that
    dropped or changed it, else on the `def downgrade`. Another name is blamed on the statement that gave
    it. A statement mentions an object when its SQL
    contains the object's name; for names that the server made up, the table's name and a word such
    as UNIQUE must do.
    """
    first = differences[0]
    target = schema_object(first)
    if is_renamed(differences):
        now = schema_object(differences[1])
        given = line_mentioning(seen.downgrade, now.name.split("(", 1)[0]) or _line(
            seen.upgrade, now, _creates
        )
        return given or info.downgrade_line or info.upgrade_line
    if first.kind is DifferenceKind.ADDED:
        made = _line(seen.upgrade, target, _creates)
        return made or _line(seen.upgrade, target) or info.downgrade_line or info.upgrade_line
    return (
        _line(seen.downgrade, target)
        or _line(seen.upgrade, target, _drops)
        or _line(seen.upgrade, target)
        or info.downgrade_line
        or info.upgrade_line
    )


def line_in_upgrade(differences: Sequence[Difference], step: Step | None, info: RevisionInfo) -> int | None:
    """The line of the upgrade that made (or dropped) the object, else its `def upgrade`."""
    target = schema_object(differences[0])
    return _line(step, target, _creates) or _line(step, target) or info.upgrade_line


def line_mentioning(step: Step | None, name: str) -> int | None:
    """The line of the first statement of `step` whose SQL contains `name`, or None."""
    statements = step.statements if step else ()
    return next((s.line for s in statements if s.line is not None and mentions(s, name)), None)


def _creates(statement: Statement) -> bool:
    return verb(statement) in ("CREATE", "ALTER", "GRANT", "COMMENT", "DO", "SECURITY")


def _drops(statement: Statement) -> bool:
    return verb(statement) in ("DROP", "ALTER", "REVOKE", "CREATE", "COMMENT", "DO")


def _line(step: Step | None, target: SchemaObject, does: Callable[[Statement], bool] = changes) -> int | None:
    statements = [s for s in (step.statements if step else ()) if s.line is not None and does(s)]
    for tier in _tiers(target):
        for statement in statements:
            if tier(statement):
                return statement.line
    return None


def _tiers(target: SchemaObject) -> list[Callable[[Statement], bool]]:
    """From the most to the least telling way in which a statement can mention the object."""
    bare = target.name.split("(", 1)[0]
    keyword = re.compile(_KEYWORDS.get(target.kind, r"$^"), re.IGNORECASE)

    def named(statement: Statement) -> bool:
        return mentions(statement, bare) and (not target.table or mentions(statement, target.table))

    def named_anywhere(statement: Statement) -> bool:
        return mentions(statement, bare)

    def on_table(statement: Statement) -> bool:
        return mentions(statement, target.table) and keyword.search(statement.sql) is not None

    if target.kind == "column":
        # A column's name alone (`id`) says nothing about the table it is in.
        return [named]
    return [named, named_anywhere, on_table] if target.table else [named_anywhere]
