"""A database that stands somewhere in a history."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """A database on which the first revisions of a history have been applied, each once and in this order.

    `files` are those that it depends on, as (absolute path, SHA-256 of the content), sorted.
    """

    database: str
    revisions: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
