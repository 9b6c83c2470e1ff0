"""Objects that both snapshots have, and how they differ: each difference told once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from migcheck.compare.definition import shown_pair
from migcheck.compare.equivalence import same_but_for_order, same_meaning
from migcheck.compare.ownership import inherited_from, last_part
from migcheck.model import Difference, DifferenceClass, DifferenceKind, ObjectKey, Snapshot

Attributes = Mapping[str, Any]
Pair = tuple[Attributes, Attributes]

# Attributes that the definition text says too: where the text differs, they are not told twice.
REPEATED_IN_TEXT: dict[str, frozenset[str]] = {
    "constraint": frozenset({"type", "validated", "enforced", "deferrable", "deferred", "no_inherit"}),
    "index": frozenset({"options", "deferrable"}),
    "view": frozenset({"column_order"}),
    "materialized view": frozenset({"column_order"}),
}
# What a table's columns, constraints, indexes and triggers have from its parents.
_INHERITANCE = frozenset({"inherited", "local", "parent"})
# What a column of MySQL has from its table where it says nothing of its own.
_FROM_TABLE = {"character_set": "charset", "collation": "collation"}
_VIEWS = frozenset({"view", "materialized view"})


class Changes:
    """The objects whose attributes differ between `before` and `after`.

    `one_sided` are the columns (their keys) that only one of the two has.
    """

    def __init__(self, before: Snapshot, after: Snapshot, one_sided: Iterable[ObjectKey]) -> None:
        self.pairs: dict[ObjectKey, Pair] = {
            key: (json.loads(text), json.loads(after.objects[key]))
            for key, text in before.objects.items()
            if key in after.objects and after.objects[key] != text
        }
        self._before, self._after = before, after
        self._one_sided = {key.name for key in one_sided if key.kind == "column"}
        self._rewritten_views = {
            key.name
            for key, (old, new) in self.pairs.items()
            if key.kind in _VIEWS and self._is_semantic(key, "text", old, new)
        }
        self._rewritten_indexes = {
            (str(old.get("table")), last_part(str(old["index"])))
            for key, (old, new) in self.pairs.items()
            if key.kind == "constraint" and old.get("index") and old.get("text") != new.get("text")
            if str(old.get("text")).upper().startswith(("PRIMARY KEY", "UNIQUE"))
        }

    def differences(self) -> Iterator[Difference]:
        """One difference for each attribute that differs, in no particular order."""
        for key, (old, new) in self.pairs.items():
            names = [name for name in {*old, *new} if _differ(old.get(name), new.get(name))]
            for name in names:
                if not self._is_told_elsewhere(key, name):
                    for difference in self._of(key, name, old, new):
                        yield replace(difference, former=old)
            if not names:
                yield from _spelling(key, old, new)

    def _of(self, key: ObjectKey, name: str, old: Attributes, new: Attributes) -> Iterator[Difference]:
        if name == "column_order" and old.get(name) and new.get(name):
            yield from self._order(key, old[name], new[name])
        elif name == "trigger_order":
            yield from self._trigger_order(key, old.get(name) or [], new.get(name) or [])
        else:
            yield _changed(key, name, old.get(name), new.get(name), self._is_semantic(key, name, old, new))

    def tells_column_of_view(self, attributes: Attributes) -> bool:
        """True for a column of a view whose text differs: the text shows it."""
        return attributes.get("table") in self._rewritten_views

    def tells_not_null(self, key: ObjectKey, attributes: Attributes) -> bool:
        """True for a NOT NULL constraint that came or went where its column's `nullable` tells the same."""
        text = str(attributes.get("text", ""))
        if key.kind != "constraint" or not text.upper().startswith("NOT NULL "):
            return False
        column = text[len("NOT NULL ") :].split(" NO INHERIT")[0].split(" NOT VALID")[0].strip()
        if column.startswith('"'):
            column = column[1:-1].replace('""', '"')
        pair = self.pairs.get(ObjectKey("column", f"{attributes.get('table')}.{column}"))
        return pair is not None and pair[0].get("nullable") != pair[1].get("nullable")

    def _is_semantic(self, key: ObjectKey, name: str, old: Attributes, new: Attributes) -> bool:
        if not _differ(old.get(name), new.get(name)) or same_meaning(key.kind, name, old, new):
            return False
        return not self._is_told_by_order(key, name, old, new)

    def _is_told_by_order(self, key: ObjectKey, name: str, old: Attributes, new: Attributes) -> bool:
        """True for the text of a view whose columns have come into another order, and nothing else."""
        if key.kind not in _VIEWS or name != "text" or old.get("column_order") == new.get("column_order"):
            return False
        return same_but_for_order(str(old.get("text")), str(new.get("text")))

    def _is_told_elsewhere(self, key: ObjectKey, name: str) -> bool:
        old, new = self.pairs[key]
        if name in REPEATED_IN_TEXT.get(key.kind, ()) and self._is_semantic(key, "text", old, new):
            return True
        if self._is_told_by_order(key, name, old, new):
            return True
        if key.kind == "index" and name == "text":
            return (str(old.get("table")), last_part(key.name)) in self._rewritten_indexes
        if name in _INHERITANCE and self._has_other_parents(str(new.get("table"))):
            return True
        if key.kind == "column" and name in ("type", "collation") and self.tells_column_of_view(new):
            return True
        if key.kind == "column" and name in _FROM_TABLE and self._is_as_before(name, old, new):
            return True
        for parent in inherited_from(key, new, self._after):
            values = [pair.get(name) for pair in self.pairs.get(parent, ())]
            if values == [old.get(name), new.get(name)]:
                return True
        return False

    def _is_as_before(self, name: str, old: Attributes, new: Attributes) -> bool:
        """True for a column that only its table's own character set makes look another one."""
        now, then = (
            values.get(name) or _table_of(values, side).get(_FROM_TABLE[name])
            for values, side in ((old, self._before), (new, self._after))
        )
        return now is not None and now == then

    def _has_other_parents(self, table: str) -> bool:
        """True for a table that was attached, detached or made to inherit: its own entry tells."""
        pairs = (self.pairs.get(ObjectKey(kind, table)) for kind in ("table", "foreign table"))
        return any(pair is not None and pair[0].get("inherits") != pair[1].get("inherits") for pair in pairs)

    def _order(self, key: ObjectKey, old: list[str], new: list[str]) -> Iterator[Difference]:
        """The order of the columns that both sides have; columns that came or went are told by themselves."""
        if [name for name in old if name in set(new)] != [name for name in new if name in set(old)]:
            yield _changed(key, "column_order", old, new, difference_class=DifferenceClass.ORDER)
        elif any(f"{key.name}.{name}" not in self._one_sided for name in {*old} ^ {*new}):
            yield _changed(key, "column_order", old, new)

    def _trigger_order(self, key: ObjectKey, old: list[str], new: list[str]) -> Iterator[Difference]:
        """The order in which the triggers fire that both sides have; it decides what rows become."""
        if [name for name in old if name in set(new)] != [name for name in new if name in set(old)]:
            yield _changed(key, "trigger_order", old, new)


def _table_of(values: Attributes, snapshot: Snapshot) -> Attributes:
    text = snapshot.objects.get(ObjectKey("table", str(values.get("table"))))
    found: Attributes = json.loads(text) if text else {}
    return found


def _changed(
    key: ObjectKey,
    name: str,
    old: object,
    new: object,
    semantic: bool = True,
    difference_class: DifferenceClass | None = None,
) -> Difference:
    texts = shown_pair(old, new)
    if (key.kind, name) == ("extension", "members") and None not in texts:
        texts = ("the members that it had", "other members")  # their hash tells a reader nothing
    given = difference_class or (DifferenceClass.SEMANTIC if semantic else DifferenceClass.COSMETIC)
    return Difference(key.kind, key.name, DifferenceKind.CHANGED, name, *texts, given)


def _differ(old: object, new: object) -> bool:
    """As JSON tells values apart: 1 is not true."""
    return old != new or json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True)


def _spelling(key: ObjectKey, old: Attributes, new: Attributes) -> Iterator[Difference]:
    """Equal once parsed: an attribute given as null on one side and left out on the other."""
    for name in {*old} ^ {*new}:
        texts = ("not set", "null") if name in new else ("null", "not set")
        yield Difference(key.kind, key.name, DifferenceKind.CHANGED, name, *texts, DifferenceClass.COSMETIC)
