"""Two snapshots side by side: what differs, how much it matters, and in words that need no catalogue.

Pure: no database, no settings. (Where only the server can tell whether two texts mean the same, the dialect
settles it afterwards.) The objects are flat and keyed, their values are equal strings when equal, so a
comparison of dictionaries is all it takes; a general differ of nested data has nothing to add.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from migcheck.compare.definition import definition, shown_pair
from migcheck.compare.equivalence import is_generated_not_null, same_meaning
from migcheck.compare.ordering import arranged
from migcheck.compare.ownership import Present, last_part
from migcheck.model import Difference, DifferenceClass, DifferenceKind, ObjectKey, Snapshot

__all__ = ["REPEATED_IN_TEXT", "differences"]

Attributes = Mapping[str, Any]
Changed = dict[ObjectKey, tuple[Attributes, Attributes]]

# Attributes that the definition text says too: where the text differs, they are not told twice.
REPEATED_IN_TEXT: dict[str, frozenset[str]] = {
    "constraint": frozenset({"type", "validated", "enforced", "deferrable", "deferred", "no_inherit"}),
    "index": frozenset({"options", "unique", "columns", "method", "predicate", "nulls_not_distinct"}),
    "view": frozenset({"column_order"}),
    "materialized view": frozenset({"column_order"}),
}


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """What lies between two moments.

    `REMOVED` is what `before` has and `after` lacks. What belongs to an object that was itself added or
    removed (a table's columns, a column's sequence, a constraint's index) is part of that object's
    definition and no difference of its own. Sorted: by schema and table, what holds before what is held, and
    what looks like one object under two names side by side. Equal snapshots give ().
    """
    if before is after or before.objects == after.objects:
        return ()
    removed = Present(before.objects.keys() - after.objects.keys(), before)
    added = Present(after.objects.keys() - before.objects.keys(), after)
    changed: Changed = {
        key: (json.loads(text), json.loads(after.objects[key]))
        for key, text in before.objects.items()
        if key in after.objects and after.objects[key] != text
    }
    found = [
        *_one_sided(removed, DifferenceKind.REMOVED, changed),
        *_one_sided(added, DifferenceKind.ADDED, changed),
        *(difference for key in changed for difference in _changes(key, changed, removed, added)),
    ]
    tables = {key: values.get("table") for side in (removed, added) for key, values in side.values.items()}
    tables.update({key: pair[0].get("table") for key, pair in changed.items()})
    return arranged(_generated_names(found, removed, added), tables)


def _one_sided(side: Present, kind: DifferenceKind, changed: Changed) -> Iterator[Difference]:
    for key in side.roots():
        values = side.values[key]
        if _is_said_by_column(key, values, changed):
            continue
        text = definition(key, values, side.owned(key))
        before, after = (text, None) if kind is DifferenceKind.REMOVED else (None, text)
        yield Difference(key.kind, key.name, kind, None, before, after)


def _is_said_by_column(key: ObjectKey, values: Attributes, changed: Changed) -> bool:
    """A NOT NULL constraint that came or went where its column's `nullable` tells the same."""
    text = str(values.get("text", ""))
    if key.kind != "constraint" or not text.upper().startswith("NOT NULL "):
        return False
    column = text[len("NOT NULL ") :].split(" NO INHERIT")[0].split(" NOT VALID")[0].strip().strip('"')
    pair = changed.get(ObjectKey("column", f"{values.get('table')}.{column}"))
    return pair is not None and pair[0].get("nullable") != pair[1].get("nullable")


def _changes(key: ObjectKey, changed: Changed, removed: Present, added: Present) -> Iterator[Difference]:
    before, after = changed[key]
    names = sorted(name for name in {*before, *after} if _differ(before.get(name), after.get(name)))
    text_class = _class(key.kind, "text", before, after) if "text" in names else None
    told = text_class is DifferenceClass.SEMANTIC
    for name in names:
        if told and name in REPEATED_IN_TEXT.get(key.kind, ()):
            continue
        if name == "text" and _is_told_by_constraint(key, changed):
            continue
        if name == "column_order" and before.get(name) and after.get(name):
            yield from _order(key, before, after, removed, added)
            continue
        texts = shown_pair(before.get(name), after.get(name))
        difference_class = _class(key.kind, name, before, after)
        yield Difference(key.kind, key.name, DifferenceKind.CHANGED, name, *texts, difference_class)
    if not names:
        # Equal once parsed: a key given as null on one side and left out on the other.
        yield from _spelling(key, before, after)


def _differ(before: object, after: object) -> bool:
    """As JSON tells values apart: 1 is not true."""
    return before != after or json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True)


def _spelling(key: ObjectKey, before: Attributes, after: Attributes) -> Iterator[Difference]:
    for name in sorted({*before} ^ {*after}):
        texts = ("not set", "null") if name in after else ("null", "not set")
        cosmetic = DifferenceClass.COSMETIC
        yield Difference(key.kind, key.name, DifferenceKind.CHANGED, name, *texts, cosmetic)


def _class(kind: str, attribute: str, before: Attributes, after: Attributes) -> DifferenceClass:
    same = same_meaning(kind, attribute, before, after)
    return DifferenceClass.COSMETIC if same else DifferenceClass.SEMANTIC


def _is_told_by_constraint(key: ObjectKey, changed: Changed) -> bool:
    """The index behind a primary key or unique constraint changes with its constraint's text."""
    if key.kind != "index":
        return False
    table = changed[key][0].get("table")
    for other, (before, after) in changed.items():
        if other.kind != "constraint" or before.get("table") != table:
            continue
        if before.get("text") != after.get("text"):
            unique = str(before.get("text", "")).upper().startswith(("PRIMARY KEY", "UNIQUE"))
            if unique and last_part(str(before.get("index"))) == last_part(key.name):
                return True
    return False


def _order(
    key: ObjectKey, before: Attributes, after: Attributes, removed: Present, added: Present
) -> Iterator[Difference]:
    """The order of the columns that both sides have; columns that came or went are told by themselves."""
    old, new = before["column_order"], after["column_order"]
    texts = shown_pair(old, new)
    told = {k.name for side in (removed, added) for k in side.values if k.kind == "column"}
    if [name for name in old if name in set(new)] != [name for name in new if name in set(old)]:
        difference_class = DifferenceClass.ORDER
    elif any(f"{key.name}.{name}" not in told for name in {*old} ^ {*new}):
        difference_class = DifferenceClass.SEMANTIC
    else:
        return
    changed = DifferenceKind.CHANGED
    yield Difference(key.kind, key.name, changed, "column_order", *texts, difference_class)


def _generated_names(found: list[Difference], removed: Present, added: Present) -> list[Difference]:
    """NOT NULL constraints that PostgreSQL 18 named anew for the same column are cosmetic."""

    def signature(difference: Difference, side: Present) -> tuple[object, ...] | None:
        values = side.values.get(ObjectKey(difference.object_type, difference.name))
        if values is None or difference.object_type != "constraint":
            return None
        if not is_generated_not_null(difference.name, values):
            return None
        return tuple(sorted((name, json.dumps(value, sort_keys=True)) for name, value in values.items()))

    gone = {signature(d, removed) for d in found if d.kind is DifferenceKind.REMOVED} - {None}
    come = {signature(d, added) for d in found if d.kind is DifferenceKind.ADDED} - {None}
    both = gone & come
    sides = {DifferenceKind.REMOVED: removed, DifferenceKind.ADDED: added}
    return [_as_cosmetic(d) if d.kind in sides and signature(d, sides[d.kind]) in both else d for d in found]


def _as_cosmetic(difference: Difference) -> Difference:
    return replace(difference, difference_class=DifferenceClass.COSMETIC)
