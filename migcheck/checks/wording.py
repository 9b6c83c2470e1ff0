"""Differences in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from migcheck.checks.objects import by_object, schema_object
from migcheck.model import Difference, DifferenceKind

_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?|\b1[4-9]\d{8}(?:\d{3})?(?:\.\d+)?\b")
_ATTRIBUTES = {
    "text": "definition",
    "nullable": "nullability",
    "labels": "list of labels",
    "validated": "validation",
    "owned_by": "owning column",
    "row_security": "row security setting",
    "force_row_security": "FORCE ROW LEVEL SECURITY setting",
    "enabled": "enabled state",
}


def shown(value: str | None, limit: int = 60) -> str:
    """A value of an attribute on one short line; `none` for one that is not set."""
    if value is None or value in ("", "null", "None"):
        return "none"
    line = " ".join(value.split())
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."


def attribute_name(attribute: str | None) -> str:
    """How a person calls an attribute of a snapshot entry."""
    return _ATTRIBUTES.get(attribute or "text", (attribute or "definition").replace("_", " "))


def change(differences: Sequence[Difference]) -> str:
    """What differs of one object: `another default: 'a' before, 'b' now`."""
    parts = []
    for difference in differences:
        if difference.attribute is None:
            continue
        name = attribute_name(difference.attribute)
        if (
            difference.before
            and difference.after
            and max(len(difference.before), len(difference.after)) > 120
        ):
            parts.append(f"another {name}")
        else:
            parts.append(f"another {name} ({shown(difference.before)} before, {shown(difference.after)} now)")
    return " and ".join(dict.fromkeys(parts)) or "another definition"


def sentence(differences: Sequence[Difference], *, missing: str, extra: str, moment: str) -> str:
    """One sentence about one object's differences.

    `missing` and `extra` are the predicates for an object that is gone or that is there for no
    reason ("is missing after the downgrade"); `moment` ends the sentence about a changed one.
    """
    first = differences[0]
    subject = str(schema_object(first))
    if first.kind is DifferenceKind.REMOVED:
        return f"{subject} {missing}"
    if first.kind is DifferenceKind.ADDED:
        return f"{subject} {extra}"
    return f"{subject} has {change(differences)} {moment}"


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
