"""Two snapshots side by side: what differs, how much it matters, and in words that need no catalogue.

Pure: no database, no settings. (Where only the server can tell whether two texts mean the same, the dialect
settles it afterwards.) The objects are flat and keyed, their values are equal strings when equal, so a
comparison of dictionaries is all it takes; a general differ of nested data has nothing to add.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from migcheck.compare.changes import REPEATED_IN_TEXT, Attributes, Changes
from migcheck.compare.definition import definition, shown
from migcheck.compare.equivalence import is_generated_not_null, is_numbered
from migcheck.compare.ordering import arranged
from migcheck.compare.ownership import Present
from migcheck.model import AS_IT_CAME, Difference, DifferenceClass, DifferenceKind, ObjectKey, Snapshot

__all__ = ["REPEATED_IN_TEXT", "differences"]

_PRIVILEGES_ONLY = frozenset({"extension", "privileges"})


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
    changes = Changes(before, after, [*removed.values, *added.values])
    found = [
        *_one_sided(removed, DifferenceKind.REMOVED, changes),
        *_one_sided(added, DifferenceKind.ADDED, changes),
        *changes.differences(),
    ]
    tables = {key: values.get("table") for side in (removed, added) for key, values in side.values.items()}
    tables.update({key: pair[0].get("table") for key, pair in changes.pairs.items()})
    return arranged(_generated_names(found, removed, added), tables)


def _one_sided(side: Present, kind: DifferenceKind, changes: Changes) -> Iterator[Difference]:
    for key in side.roots():
        values = side.values[key]
        if changes.tells_not_null(key, values) or (
            key.kind == "column" and changes.tells_column_of_view(values)
        ):
            continue
        if "privileges" in values and values.keys() <= _PRIVILEGES_ONLY:
            yield _privileges_changed(key, values, kind)
            continue
        text = definition(key, values, side.owned(key))
        gone = kind is DifferenceKind.REMOVED
        before, after = (text, None) if gone else (None, text)
        yield Difference(key.kind, key.name, kind, None, before, after, former=values if gone else None)


def _privileges_changed(key: ObjectKey, values: Attributes, kind: DifferenceKind) -> Difference:
    """What the server or an extension brought is in a snapshot only while its privileges are other ones."""
    extension = values.get("extension")
    initial = f"{AS_IT_CAME}{f'the extension {extension}' if extension else 'the server'}"
    # Nothing comes granted on a configuration parameter.
    without = None if key.kind == "parameter" else initial
    there = shown(values["privileges"])
    before, after = (there, without) if kind is DifferenceKind.REMOVED else (without, there)
    return Difference(key.kind, key.name, DifferenceKind.CHANGED, "privileges", before, after)


def _generated_names(found: list[Difference], removed: Present, added: Present) -> list[Difference]:
    """Constraints that the server itself named anew are cosmetic: NOT NULL ones of PostgreSQL 18 for the same
    column, foreign keys and checks of MySQL of the same text."""
    sides = {DifferenceKind.REMOVED: removed, DifferenceKind.ADDED: added}

    def signature(difference: Difference) -> str | None:
        side = sides.get(difference.kind)
        values = side.values[ObjectKey(difference.object_type, difference.name)] if side else {}
        generated = is_generated_not_null(difference.name, values) or is_numbered(difference.name, values)
        if difference.object_type != "constraint" or not generated:
            return None
        return json.dumps(values, sort_keys=True)

    gone = {signature(difference) for difference in found if difference.kind is DifferenceKind.REMOVED}
    come = {signature(difference) for difference in found if difference.kind is DifferenceKind.ADDED}
    both = (gone & come) - {None}
    return [
        replace(difference, difference_class=DifferenceClass.COSMETIC)
        if signature(difference) in both
        else difference
        for difference in found
    ]
