"""Conditions of CHECK constraints: reading them, evaluating them on a row, finding rows that satisfy them."""

from migcheck.seeding.conditions.condition import Condition, Unknown, parse
from migcheck.seeding.conditions.solving import solve

__all__ = ["Condition", "Unknown", "parse", "solve"]
