"""The same remedy in the words of the dialect that was verified."""

from __future__ import annotations

from migcheck.checks.remedies import mysql, sqlite


def spoken(remedy: str, dialect: str) -> str:
    """`remedy`, written for PostgreSQL, as it works on `dialect` (the name in `ServerAddress.dialect`)."""
    if dialect == "sqlite":
        return sqlite.spoken(remedy)
    return mysql.spoken(remedy) if dialect in ("mysql", "mariadb") else remedy
