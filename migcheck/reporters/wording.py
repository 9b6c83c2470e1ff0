"""What all reporters for people call things."""

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
"""Which two moments the differences of a check lie between, by its code; of others nothing is said."""

_IN_PYTHON = ("op.", "sa.", "postgresql.", "mysql.", "with ", "def ", "    ", ")", "bind", "conn")
CODE_BEGINS = (*_IN_PYTHON, "alembic ")
"""How those lines of a remedy begin that are code; the others are sentences."""
