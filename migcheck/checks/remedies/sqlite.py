"""Remedies as they work on SQLite."""

from __future__ import annotations


def spoken(remedy: str) -> str:
    """`remedy`, written for PostgreSQL, in the words of SQLite."""
    return remedy
