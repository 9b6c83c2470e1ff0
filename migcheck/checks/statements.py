"""What a recorded SQL statement does, as far as its words tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from migcheck.model import Statement

# Statements that leave nothing to undo: reads, session and transaction control, maintenance.
_PASSIVE = frozenset(
    {"ABORT", "ANALYZE", "BEGIN", "CHECKPOINT", "CLOSE", "COMMIT", "DEALLOCATE", "DECLARE", "DESC"}
    | {"DESCRIBE", "DISCARD", "END", "EXPLAIN", "FETCH", "FLUSH", "LISTEN", "LOAD", "LOCK", "NOTIFY"}
    | {"OPTIMIZE", "PRAGMA", "PREPARE", "REFRESH", "REINDEX", "RELEASE", "RESET", "ROLLBACK", "SAVEPOINT"}
    | {"SELECT", "SET", "SHOW", "START", "TABLE", "UNLISTEN", "UNLOCK", "USE", "VACUUM", "VALUES"}
)
_COMMENTS = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_REBUILT = re.compile(r'\s*ALTER TABLE "?_alembic_tmp_\S+ RENAME TO "?(?P<table>[^\s"]+)', re.IGNORECASE)
_OF_TABLE = re.compile(
    r'\s*(?:DROP TABLE|CREATE (?:UNIQUE )?INDEX \S+ ON) "?(?P<table>[^\s("]+)', re.IGNORECASE
)
_GUARDED = re.compile(
    r"^(?:CREATE\b.*?\bIF\s+NOT\s+EXISTS\b|DROP\b.*?\bIF\s+EXISTS\b|CREATE\s+OR\s+REPLACE\b)",
    re.IGNORECASE | re.DOTALL,
)


def verb(statement: Statement) -> str:
    """The first word of the statement in upper case, `` for an empty one."""
    words = _COMMENTS.sub(" ", statement.sql).lstrip("( \t\r\n;").split(None, 1)
    return words[0].upper().rstrip(";(") if words else ""


def changes(statement: Statement) -> bool:
    """True when the statement may leave something in the database that a downgrade has to undo."""
    first = verb(statement)
    return bool(first) and first not in _PASSIVE


def rebuilding(statements: Sequence[Statement]) -> list[Statement]:
    """Those with which Alembic's batch mode makes tables anew, rows and all: they change nothing but what the
    schema shows."""
    tables = {match["table"] for statement in statements if (match := _REBUILT.match(statement.sql))}
    return [
        statement
        for statement in statements
        if "_alembic_tmp_" in statement.sql
        or ((match := _OF_TABLE.match(statement.sql)) and match["table"] in tables)
    ]


def guarded(statement: Statement) -> bool:
    """True for a statement that does nothing the second time (IF NOT EXISTS, IF EXISTS, OR REPLACE)."""
    return _GUARDED.match(_COMMENTS.sub(" ", statement.sql).strip()) is not None


def mentions(statement: Statement, name: str) -> bool:
    """True when the statement's text contains the bare `name` as a whole word, quoted or not."""
    pattern = r"(?<![\w$])" + re.escape(name) + r"(?![\w$])"
    return bool(name) and re.search(pattern, statement.sql, re.IGNORECASE) is not None


def abbreviated(sql: str, limit: int = 80) -> str:
    """The statement on one line of at most `limit` characters."""
    line = " ".join(_COMMENTS.sub(" ", sql).split())
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."
