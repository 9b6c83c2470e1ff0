"""One thing that differs between two snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

AS_IT_CAME = "as they came with "
"""Begins `before` or `after` (and by whom follows) where it is privileges that nobody's migration gave: no
snapshot lists them."""


class DifferenceKind(str, Enum):
    """What became of the object between the first and the second snapshot."""

    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


class DifferenceClass(str, Enum):
    """How much a difference matters.

    `semantic` fails; `order` (only the order of columns) is reported and does not fail;
    `cosmetic` (equal meaning, other text) is shown with -v only.
    """

    SEMANTIC = "semantic"
    ORDER = "order"
    COSMETIC = "cosmetic"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One difference: an object that is only in one snapshot, or one attribute that changed.

    `object_type` and `name` are those of `ObjectKey`. For a changed object `attribute` names what
    changed and `before`/`after` are its values as text; for an added or removed object `attribute`
    is None and the object's definition stands in `after` or `before`. `former` are all attributes that an
    object which changed or is gone had in the first snapshot.
    """

    object_type: str
    name: str
    kind: DifferenceKind
    attribute: str | None = None
    before: str | None = None
    after: str | None = None
    difference_class: DifferenceClass = DifferenceClass.SEMANTIC
    former: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
