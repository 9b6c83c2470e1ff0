"""What outlives a transaction in a connection to SQLite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migcheck.dialects.base import Query, State

# PRAGMAs of the connection that change what statements mean or do. defer_foreign_keys is not among them: it
# ends with the transaction.
_SETTINGS = (
    "automatic_index",
    "busy_timeout",
    "cell_size_check",
    "foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "locking_mode",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "writable_schema",
)
_LIKE = "case_sensitive_like"  # can be set, and not be read

HARMLESS = re.compile(
    r"""\s*(?:
        (?:ALTER\s+TABLE|DELETE|DROP|INSERT|REPLACE|UPDATE|CREATE\s+(?:UNIQUE\s+)?INDEX)\b[^;]*
      | CREATE\s+TABLE\b(?!\s+(?:IF\s+NOT\s+EXISTS\s+)?["'`\[]?temp\b)[^;]*
      | SELECT\b(?!.*\bload_extension\b)[^;]*
      | PRAGMA\s+(?:["`\[]?\w+["`\]]?\.)?(?:table_x?info|table_list|foreign_key_list|foreign_key_check
          |index_list|index_x?info|database_list|integrity_check|quick_check)\b[^;]*
    );?\s*\Z""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""Statements after which a connection is as before; most that batch mode runs are of this kind."""


def read(query: Query) -> State:
    """Settings, attached databases, and what is in the temporary schema."""
    state: State = {}
    for name in _SETTINGS:
        for row in query(f"PRAGMA {name}"):
            state["setting", name] = str(row[0])
    ((same,),) = query("SELECT 'a' LIKE 'A'")
    state["setting", _LIKE] = "0" if same else "1"
    for _, name, file in query("PRAGMA database_list"):
        if name not in ("main", "temp"):
            state["attached database", name] = file or "in memory"
    for kind, name in query("SELECT type, name FROM sqlite_temp_master WHERE name NOT LIKE 'sqlite_%'"):
        state[f"temporary {kind}", name] = "exists"
    return state


def restoring(lost: State) -> Iterator[str]:
    """Statements that set settings again for the rest of the session."""
    for (what, name), value in lost.items():
        if what == "setting":
            yield f"PRAGMA {name} = {value}"
