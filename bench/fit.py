"""The curve through what was measured, for lengths on which a contender would take too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Quadratic:
    """`linear` * n + `square` * n * n seconds for n revisions."""

    linear: float
    square: float

    def at(self, revisions: int) -> float:
        """Seconds for so many revisions."""
        return self.linear * revisions + self.square * revisions * revisions


def quadratic(points: Sequence[tuple[int, float]]) -> Quadratic | None:
    """The curve with the least sum of squared relative errors through `points` (revisions, seconds).

    None for fewer than two lengths. No part of it is negative: more revisions never take less time.
    """
    if len({revisions for revisions, _ in points}) < 2:
        return None
    # Divided by its seconds each point asks for linear * x + square * y = 1.
    scaled = [(n / seconds, n * n / seconds) for n, seconds in points]
    xx, xy, yy = sum(a * a for a, _ in scaled), sum(a * b for a, b in scaled), sum(b * b for _, b in scaled)
    x, y = sum(a for a, _ in scaled), sum(b for _, b in scaled)
    determinant = xx * yy - xy * xy
    linear, square = (x * yy - y * xy) / determinant, (y * xx - x * xy) / determinant
    if square < 0:
        return Quadratic(x / xx, 0.0)
    if linear < 0:
        return Quadratic(0.0, y / yy)
    return Quadratic(linear, square)
