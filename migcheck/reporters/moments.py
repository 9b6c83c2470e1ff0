"""Which two moments the differences of a check lie between, for all reporters that name them."""

from __future__ import annotations

from collections.abc import Mapping

MOMENTS: Mapping[str, tuple[str, str]] = {
    "MC103": ("before the upgrade", "after the downgrade"),
    "MC204": ("before the upgrade", "after the downgrade"),
    "MC205": ("after the first upgrade", "after the second"),
    "MC206": ("at heads", "after another upgrade"),
    "MC207": ("on the way up", "on the way down"),
    "MC208": ("revision by revision", "in one go"),
    "MC209": ("before the upgrade", "after the downgrade"),
}
"""By the code of the check; of others nothing is said."""
