"""The entries of a snapshot, kept by unit so that what changed can be replaced."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.dialects.postgresql.reader import Row
from migcheck.model.snapshot import ObjectKey, Snapshot


class Contents:
    """The rows of the last read, as a snapshot and by unit.

    `left_out` are the names (`schema.table`) of tables whose units are dropped. Names are not quoted, so two
    objects can, in theory, have one key (`a.b`.`c` and `a`.`b.c`): such contents are `ambiguous`.
    """

    def __init__(self, rows: Iterable[Row], left_out: frozenset[str]) -> None:
        self._left_out = left_out
        self._units: dict[str, list[ObjectKey]] = {}
        self.ambiguous = False
        self.snapshot = Snapshot({})
        self.replace(set(), rows)

    def __len__(self) -> int:
        """The number of units."""
        return len(self._units)

    def knows(self, unit: str) -> bool:
        """Whether anything of this unit is in the snapshot."""
        return unit in self._units

    def replace(self, units: set[str], rows: Iterable[Row]) -> None:
        """Take out all entries of `units`, put in `rows`; the old snapshot object stays as it is.

        Where nothing differs the snapshot remains the same object.
        """
        found = sorted(rows)
        hidden = {unit for unit, kind, name, _ in found if kind == "table" and name in self._left_out}
        before = self.snapshot.objects
        objects = dict(before)
        removed = {key for unit in units for key in self._units.pop(unit, ())}
        for key in removed:
            del objects[key]
        added = set()
        for unit, kind, name, value in found:
            if unit in hidden:
                continue
            key = ObjectKey(kind, name)
            number = 1
            while key in objects:
                self.ambiguous = True
                number += 1
                key = ObjectKey(kind, f"{name} ({number})")
            # The predecessor's string, where it is the same, so that snapshots share their memory.
            old = before.get(key)
            objects[key] = old if old == value else value
            self._units.setdefault(unit, []).append(key)
            added.add(key)
        if removed != added or any(objects[key] is not before[key] for key in added):
            self.snapshot = Snapshot(objects)
