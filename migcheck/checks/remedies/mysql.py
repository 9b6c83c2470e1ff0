"""Remedies as they work on MySQL."""

from __future__ import annotations


def spoken(remedy: str) -> str:
    """`remedy`, written for PostgreSQL, in the words of MySQL."""
    return remedy
