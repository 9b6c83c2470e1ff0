"""Differences that are there only because something else has another name, and go with that one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from migcheck.checks.objects import is_renamed, schema_object
from migcheck.checks.remedies import renamed_columns, renamed_labels
from migcheck.checks.remedies.code import execute
from migcheck.checks.remedies.reference import reference
from migcheck.checks.statements import mentions
from migcheck.model import Difference, DifferenceKind, Statement

_Renaming = Callable[[str], str]
_CHARSET = frozenset({"charset", "character_set", "collation"})


def consequences(groups: Sequence[tuple[Difference, ...]]) -> dict[tuple[Difference, ...], str]:
    """The groups (of `by_object`) that follow from another one, and what that one is: `enum type mood`."""
    renamings = [(group, renaming) for group in groups for renaming in _renamings(group)]
    found: dict[tuple[Difference, ...], str] = {}
    for group in groups:
        if table := _by_way_of_table(group, groups):
            found[group] = table
        for cause, renaming in renamings:
            if cause is not group and all(_comes_right(difference, renaming) for difference in group):
                found.setdefault(group, str(schema_object(cause[0])))
    return found


def _by_way_of_table(group: tuple[Difference, ...], groups: Sequence[tuple[Difference, ...]]) -> str | None:
    """The table whose own finding mends what `group` tells: the identity columns of a partition come with the
    table that it is attached to, the index of a replica identity goes when the table's is set."""
    told = {(d.object_type, d.attribute) for d in group}
    tables = [d for other in groups for d in other if d.object_type == "table"]
    if told == {("column", "identity")}:
        owner = group[0].name.rpartition(".")[0]
        causes = [d for d in tables if d.attribute == "partition_bound" and d.name == owner]
    elif told == {("index", "replica_identity")} and group[0].after == "true":
        causes = [d for d in tables if d.attribute == "replica_identity" and d.after == "index"]
    else:
        return None
    return str(schema_object(causes[0])) if len(causes) == 1 else None


def needed(group: tuple[Difference, ...], groups: Sequence[tuple[Difference, ...]]) -> str | None:
    """What has to be there again before `group` can be: a missing object that its former text names."""
    text = "\n".join(difference.before or "" for difference in group)
    for other in groups:
        first = other[0]
        if first.kind is not DifferenceKind.REMOVED or is_renamed(other) or other is group:
            continue
        if "." in first.name and re.search(
            rf"(?<![\w$.]){re.escape(first.name.split('(')[0])}(?![\w$])", text
        ):
            return str(schema_object(first))
    return None


def table_first(group: tuple[Difference, ...], groups: Sequence[tuple[Difference, ...]]) -> str | None:
    """The table whose character set has to be back before that of its columns, which follow its default."""
    if group[0].object_type != "column" or not any(d.attribute in _CHARSET for d in group):
        return None
    table = group[0].name.rpartition(".")[0]
    for other in groups:
        if (other[0].object_type, other[0].name) == ("table", table) and any(
            d.attribute in _CHARSET for d in other
        ):
            return str(schema_object(other[0]))
    return None


def in_the_way(group: tuple[Difference, ...], groups: Sequence[tuple[Difference, ...]]) -> str | None:
    """What has to go before the missing `group` can be there again: another object that has its name."""
    first = group[0]
    if first.kind is not DifferenceKind.REMOVED or is_renamed(group):
        return None
    for other in groups:
        if other[0].kind is DifferenceKind.ADDED and other[0].name == first.name:
            return str(schema_object(other[0]))
    return None


def _comes_right(difference: Difference, renaming: _Renaming) -> bool:
    before, after = difference.before, difference.after
    if difference.kind is not DifferenceKind.CHANGED or before is None or after is None:
        return False
    return " ".join(renaming(after).split()) == " ".join(before.split())


def _renamings(group: tuple[Difference, ...]) -> Iterable[_Renaming]:
    """What the text of other objects would be if the ones in `group` had their former names."""
    first = group[0]
    if is_renamed(group):
        former, now = (schema_object(difference) for difference in group[:2])
        pairs = [(group[1].name, first.name), (now.name, former.name)]
        yield _replacing([(new.split("(")[0], old.split("(")[0]) for new, old in pairs])
    for difference in group:
        if labels := renamed_labels(difference):
            yield _replacing([(f"'{new}'", f"'{old}'") for new, old in labels])
        if difference.object_type == "view" and difference.attribute == "text":
            columns = renamed_columns(difference.before or "", difference.after or "")
            if columns:
                yield _replacing(columns)


def _replacing(pairs: list[tuple[str, str]]) -> _Renaming:
    def replaced(text: str) -> str:
        for new, old in pairs:
            text = re.sub(rf"(?<![\w$.]){re.escape(new)}(?![\w$])", old.replace("\\", r"\\"), text)
        return text

    return replaced


def change_of_membership(
    group: tuple[Difference, ...], statements: Sequence[Statement]
) -> tuple[str, str] | None:
    """The extension that an object left or joined, and the code that takes this back; None where it did not.

    What left its extension shows as a new object, and dropping it would be the wrong thing to do.
    """
    first = group[0]
    if first.attribute is not None or is_renamed(group):
        return None
    way, back = ("DROP", "ADD") if first.kind is DifferenceKind.ADDED else ("ADD", "DROP")
    target = schema_object(first)
    bare = target.name.split("(", 1)[0]
    for statement in statements:
        match = re.search(rf"\bALTER\s+EXTENSION\s+(\S+)\s+{way}\b", statement.sql, re.IGNORECASE)
        if match and mentions(statement, bare):
            return match[1].strip('"'), execute(f"ALTER EXTENSION {match[1]} {back} {reference(target)}")
    return None
