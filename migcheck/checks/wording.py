"""Differences in words."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from migcheck.checks.objects import SchemaObject, by_object, is_renamed, schema_object
from migcheck.checks.privileges import Grants, changed_grants, grantee_in_words, rights_in_words
from migcheck.model import Difference, DifferenceKind

_TIMESTAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?|\b1[4-9]\d{8}(?:\d{3})?(?:\.\d+)?\b"
)
_ATTRIBUTES = {
    "text": "definition",
    "nullable": "nullability",
    "labels": "list of labels",
    "validated": "validation",
    "owned_by": "owning column",
    "row_security": "row security setting",
    "force_row_security": "FORCE ROW LEVEL SECURITY setting",
    "enabled": "enabled state",
    "inherits": "parents",
    "of_type": "type behind it",
    "insert": "setting for INSERT",
    "update": "setting for UPDATE",
    "delete": "setting for DELETE",
    "truncate": "setting for TRUNCATE",
    "populated": "state (populated)",
    "members": "members",
    "generated": "way of being generated",
    "autoincrement": "AUTOINCREMENT setting",
    "without_rowid": "WITHOUT ROWID setting",
    "strict": "STRICT setting",
}
# What an attribute is where a snapshot does not have it.
_UNSAID = {"enabled": "enabled", "persistence": "logged", "replica_identity": "default"}
_PLURALS = frozenset({"large objects", "default privileges", "statistics"})
_AHEAD = 20


def shown(value: str | None, limit: int = 60) -> str:
    """A value of an attribute on one short line; `none` for one that is not set."""
    if value is None or value in ("", "null", "None"):
        return "none"
    line = " ".join(value.split())
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."


def shown_pair(before: str | None, after: str | None, limit: int = 60) -> tuple[str, str]:
    """Two values that differ, each on one short line, cut so that the first difference shows."""
    lines = [shown(value, sys.maxsize) for value in (before, after)]
    same = next((n for n, (a, b) in enumerate(zip(*lines, strict=False)) if a != b), min(map(len, lines)))
    if max(map(len, lines)) <= limit or same + 10 <= limit - _AHEAD:
        return shown(before, limit), shown(after, limit)
    start = lines[0].rfind(" ", 0, max(same - _AHEAD, 0)) + 1
    first, second = (shown(line[start:], limit - 3) for line in lines)
    return (f"...{first}", f"...{second}") if start else (first, second)


def attribute_name(attribute: str | None) -> str:
    """How a person calls an attribute of a snapshot entry."""
    return _ATTRIBUTES.get(attribute or "text", (attribute or "definition").replace("_", " "))


def change(differences: Sequence[Difference]) -> str:
    """What differs of one object: `another default ('a' before, 'b' now)`."""
    if is_renamed(differences):
        return _other_name(schema_object(differences[0]), schema_object(differences[1]))
    parts: list[str] = []
    for difference in differences:
        # The index under a constraint is told with it.
        if difference.attribute is None or difference.object_type != differences[0].object_type:
            continue
        if difference.attribute == "privileges" and (grants := changed_grants(difference)):
            parts += map(_granted, grants)
        else:
            parts.append(_changed_attribute(difference))
    return " and ".join(dict.fromkeys(parts)) or "another definition"


def _changed_attribute(difference: Difference) -> str:
    name = attribute_name(difference.attribute)
    plural = name.endswith("s") and " of " not in name
    another = f"{'other' if plural else 'another'} {name}"
    if difference.attribute == "members":
        return another  # a hash of them, which tells a person nothing
    before, after = difference.before, difference.after
    if {before, after} == {None, "true"}:
        before, after = before or "false", after or "false"
    elif difference.attribute in _UNSAID:
        before, after = before or _UNSAID[difference.attribute], after or _UNSAID[difference.attribute]
    elif difference.attribute != "text":
        before, after = _only_differing(before, after)
    former, now = shown_pair(before, after)
    return f"{another} ({former} before, {now} now)"


def _only_differing(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Of two lists with a line for each element what the other one lacks."""
    old, new = ((value or "").split("\n") for value in (before, after))
    if len(old) == 1 or len(new) == 1 or sorted(old) == sorted(new):
        return before, after
    return ", ".join(line for line in old if line not in new), ", ".join(
        line for line in new if line not in old
    )


def _granted(grants: Grants) -> str:
    before, after = rights_in_words(grants.before), rights_in_words(grants.after)
    return f"other privileges for {grantee_in_words(grants.grantee)} ({before} before, {after} now)"


def _other_name(former: SchemaObject, now: SchemaObject) -> str:
    if former.schema != now.schema:
        return f"another {'schema' if former.name == now.name else 'name'} ({now.schema}.{now.name} now)"
    return f"another name ({now.name} now)"


def sentence(differences: Sequence[Difference], *, missing: str, extra: str, moment: str) -> str:
    """One sentence about one object's differences.

    `missing` and `extra` are the predicates for an object that is gone or that is there for no
    reason ("is missing after the downgrade"); `moment` ends the sentence about a changed one.
    """
    first = differences[0]
    target = schema_object(first)
    plural = target.kind in _PLURALS
    if first.kind is DifferenceKind.REMOVED and not is_renamed(differences):
        return f"{target} {_agreeing(missing, plural)}"
    if first.kind is DifferenceKind.ADDED:
        return f"{target} {_agreeing(extra, plural)}"
    return f"{target} {'have' if plural else 'has'} {change(differences)} {moment}"


def _agreeing(predicate: str, plural: bool) -> str:
    return "are " + predicate[3:] if plural and predicate.startswith("is ") else predicate


def listing(differences: Iterable[Difference], limit: int = 5) -> str:
    """The objects concerned, the first `limit` of them by name: `table a, enum type b and 3 more`."""
    return enumeration([str(schema_object(group[0])) for group in by_object(differences)], limit)


def enumeration(names: Sequence[str], limit: int = 5) -> str:
    """`a, b and c`; beyond `limit` names `a, b and 7 more`."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def holds_timestamps(difference: Difference) -> bool:
    """True when both values contain something that looks like a point in time, and not the same one."""
    before, after = (_TIMESTAMP.findall(value or "") for value in (difference.before, difference.after))
    return bool(before) and bool(after) and before != after
