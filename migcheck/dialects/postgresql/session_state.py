"""What outlives a transaction in a session of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migcheck.dialects.base import Query, State

# pg_settings knows no role and no session authorization, hence the functions; transaction_* are settings of
# one transaction, whatever it says of their source.
_STATE = """
SELECT 'setting', name, setting FROM pg_catalog.pg_settings
 WHERE source = 'session' AND left(name, 12) <> 'transaction_'
UNION ALL SELECT 'role', 'current_user', current_user::text
UNION ALL SELECT 'role', 'session_user', session_user::text
UNION ALL SELECT 'temporary table', relname::text, 'exists' FROM pg_catalog.pg_class
 WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p', 'v', 'S')
UNION ALL SELECT 'prepared statement', name, 'exists' FROM pg_catalog.pg_prepared_statements WHERE from_sql
UNION ALL SELECT 'cursor', name, 'exists' FROM pg_catalog.pg_cursors WHERE is_holdable
UNION ALL SELECT 'channel', name, 'listened to' FROM pg_catalog.pg_listening_channels() AS name
UNION ALL SELECT 'advisory lock', classid::text || ':' || objid::text || ':' || objsubid::text, mode
  FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
"""

HARMLESS = re.compile(
    r"\s*(ALTER|COMMENT|DELETE|DROP|GRANT|INSERT|REVOKE|UPDATE"
    r"|CREATE (UNIQUE )?INDEX|CREATE (SCHEMA|SEQUENCE|TABLE|TYPE))\b[^;]*;?\s*\Z",
    re.IGNORECASE,
)
"""Statements after which a session is as before. (ALTER TABLE ... SET has nothing to do with SET.)"""


def read(query: Query) -> State:
    """Settings, role, temporary tables, prepared statements, cursors, channels and advisory locks."""
    return {(what, name): detail for what, name, detail in query(_STATE)}


def restoring(lost: State) -> Iterator[str]:
    """Queries that set settings and the role again for the rest of the session."""
    for (what, name), value in lost.items():
        setting = name if what == "setting" else "role" if name == "current_user" else None
        if setting is not None:
            quoted = value.replace("'", "''")
            yield f"SELECT pg_catalog.set_config('{setting}', '{quoted}', false)"
