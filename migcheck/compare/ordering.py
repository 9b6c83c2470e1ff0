"""The order in which differences are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from migcheck.compare.definition import quoted
from migcheck.model import Difference, DifferenceKind, ObjectKey

# What holds comes before what is held; kinds not named here follow, by name.
_KINDS = (
    "database",
    "role",
    "schema",
    "extension",
    "type",
    "domain",
    "table",
    "partitioned table",
    "foreign table",
    "view",
    "materialized view",
    "column",
    "constraint",
    "index",
    "sequence",
    "statistics",
    "policy",
    "rule",
    "trigger",
)
_RANKS = {kind: rank for rank, kind in enumerate(_KINDS)}
_CHANGES = {DifferenceKind.REMOVED: 0, DifferenceKind.ADDED: 1, DifferenceKind.CHANGED: 2}


def arranged(found: Iterable[Difference], tables: Mapping[ObjectKey, object]) -> tuple[Difference, ...]:
    """Sort by table, kind and name; what looks like one object under two names comes side by side.

    `tables` gives the table that each object belongs to, where it belongs to one.
    """

    def place(difference: Difference) -> tuple[object, ...]:
        table = tables.get(ObjectKey(difference.object_type, difference.name))
        group = table if isinstance(table, str) else difference.name
        rank = _RANKS.get(difference.object_type, len(_KINDS))
        top = rank if rank < _RANKS["type"] else len(_KINDS)
        kind = _CHANGES[difference.kind]
        return (top, group, rank, difference.object_type, difference.name, kind, difference.attribute or "")

    return tuple(_pairs_together(sorted(found, key=place), tables))


def _pairs_together(ordered: list[Difference], tables: Mapping[ObjectKey, object]) -> Iterator[Difference]:
    """Each removed object followed by an added one that equals it but for its name, one for one."""

    def signature(difference: Difference) -> tuple[object, ...]:
        return _signature(difference, tables.get(ObjectKey(difference.object_type, difference.name)))

    if {DifferenceKind.ADDED, DifferenceKind.REMOVED} - {difference.kind for difference in ordered}:
        yield from ordered
        return
    waiting: dict[tuple[object, ...], list[Difference]] = {}
    for difference in ordered:
        if difference.kind is DifferenceKind.ADDED:
            waiting.setdefault(signature(difference), []).append(difference)
    partners: dict[int, Difference] = {}
    for difference in ordered:
        if difference.kind is DifferenceKind.REMOVED and (left := waiting.get(signature(difference))):
            partners[id(difference)] = left.pop(0)
    moved = {id(partner) for partner in partners.values()}
    for difference in ordered:
        if id(difference) in moved:
            continue
        yield difference
        if id(difference) in partners:
            yield partners[id(difference)]


def _signature(difference: Difference, table: object) -> tuple[object, ...]:
    """What an added or removed object is, apart from its name."""
    text = difference.before or difference.after or ""
    own = difference.name.rpartition(".")[2]
    for name in sorted({difference.name, own, quoted(own)}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w$]){re.escape(name)}(?![\w$])", "\0", text)
    return (difference.object_type, table if isinstance(table, str) else None, text)
