"""What one generated revision does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One revision's work: its docstring and the text of both function bodies, indented by four."""

    doc: str
    upgrade: str
    downgrade: str
