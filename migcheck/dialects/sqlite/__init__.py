"""SQLite: file databases in one directory."""

from __future__ import annotations

from migcheck.dialects.sqlite.dialect import SQLITE

__all__ = ["SQLITE"]
