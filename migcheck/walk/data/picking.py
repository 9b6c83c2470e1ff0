"""Conditions that pick single rows by their keys."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.model.data import Row
from migcheck.model.tables import Check


def among(rows: Iterable[Row], key: Iterable[str], quote: str) -> Check:
    """What these rows alone satisfy; names stand between `quote`s."""
    names = tuple(key)
    return Check("", " OR ".join(f"({_is_row(row, names, quote)})" for row in rows))


def all_but(row: Row, key: Iterable[str], quote: str) -> Check:
    """What every row satisfies but this one."""
    return Check("", f"NOT ({_is_row(row, key, quote)})")


def _is_row(row: Row, key: Iterable[str], quote: str) -> str:
    told = dict(row)
    pairs = ((f"{quote}{column}{quote}", (told[column] or "").replace("'", "''")) for column in key)
    return " AND ".join(f"{column} = '{value}'" for column, value in pairs)
