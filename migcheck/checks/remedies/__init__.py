"""Code that mends a difference, as exact as the difference allows."""

from __future__ import annotations

from collections.abc import Sequence

from migcheck.checks.objects import schema_object
from migcheck.checks.remedies.alter import alteration
from migcheck.checks.remedies.create import creation
from migcheck.checks.remedies.drop import removal
from migcheck.model import Difference, DifferenceKind


def undo(differences: Sequence[Difference]) -> str:
    """The code that takes one object back from how it is (second moment) to how it was (first)."""
    first = differences[0]
    if first.kind is DifferenceKind.ADDED:
        return removal(schema_object(first))
    if first.kind is DifferenceKind.REMOVED:
        return creation(schema_object(first))
    return "\n".join(
        dict.fromkeys(alteration(difference) for difference in differences if difference.attribute)
    )


__all__ = ["alteration", "creation", "removal", "undo"]
