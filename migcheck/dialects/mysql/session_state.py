"""What a migration leaves behind in its session.

Temporary tables are listed by MariaDB from 11.2 on; locks of GET_LOCK() by a server whose performance schema
is on (MySQL's is, MariaDB's is not unless it is configured). No other server tells a session of its own ones:
there they go unnoticed, as do user variables, prepared statements and LOCK TABLES everywhere.
"""

from __future__ import annotations

import re

from migcheck.dialects.base import Query, State
from migcheck.dialects.mysql.failures import is_lost

# Statements after which a session is as before.
HARMLESS = re.compile(
    r"\s*(ALTER|DELETE|DESC|DESCRIBE|DROP|EXPLAIN|GRANT|INSERT|RENAME|REPLACE|REVOKE|SHOW|TRUNCATE|UPDATE"
    r"|CREATE (OR REPLACE )?(TABLE|VIEW|SEQUENCE|((UNIQUE|FULLTEXT|SPATIAL) )?INDEX))\b[^;]*;?\s*\Z",
    re.IGNORECASE,
)

# Settings whose value for new sessions is another one, and in any case those that migrations often set: what
# they were is then known, too.
_OFTEN = "('autocommit', 'foreign_key_checks', 'lock_wait_timeout', 'sql_mode', 'time_zone', 'unique_checks')"
_SETTINGS_MARIADB = f"""
SELECT 'setting', LOWER(VARIABLE_NAME), SESSION_VALUE FROM information_schema.SYSTEM_VARIABLES
 WHERE VARIABLE_SCOPE = 'SESSION' AND (SESSION_VALUE <> GLOBAL_VALUE OR LOWER(VARIABLE_NAME) IN {_OFTEN})
"""
_SETTINGS_MYSQL = f"""
SELECT 'setting', LOWER(s.VARIABLE_NAME), s.VARIABLE_VALUE FROM performance_schema.session_variables s
  JOIN performance_schema.global_variables g ON g.VARIABLE_NAME = s.VARIABLE_NAME
 WHERE g.VARIABLE_VALUE <> s.VARIABLE_VALUE OR LOWER(s.VARIABLE_NAME) IN {_OFTEN}
"""
_PLACE = """
UNION ALL SELECT 'role', 'current_role', COALESCE(CURRENT_ROLE(), 'NONE')
UNION ALL SELECT 'database', 'current', COALESCE(DATABASE(), '')
"""
_TEMPORARY_TABLES = """
UNION ALL SELECT 'temporary table', CONCAT(TABLE_SCHEMA, '.', TABLE_NAME), 'exists'
  FROM information_schema.TABLES WHERE TABLE_TYPE = 'TEMPORARY'
"""
_USER_LOCKS = """
SELECT 'advisory lock', l.OBJECT_NAME, 'held' FROM performance_schema.metadata_locks l
  JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID
 WHERE l.OBJECT_TYPE = 'USER LEVEL LOCK' AND l.LOCK_STATUS = 'GRANTED' AND t.PROCESSLIST_ID = CONNECTION_ID()
"""


def read(query: Query) -> State:
    """Settings, role, current database, and what temporary tables and user locks the server tells of.

    Two or three round trips.
    """
    ((version, performance_schema),) = query("SELECT VERSION(), @@performance_schema")
    text = _text(version)
    statement = (_SETTINGS_MARIADB if "MariaDB" in text else _SETTINGS_MYSQL) + _PLACE
    if "MariaDB" in text and _version(text) >= (11, 2):
        statement += _TEMPORARY_TABLES
    rows = query(statement)
    if int(performance_schema):
        rows = [*rows, *_user_locks(query)]
    return {(_text(what), _text(name)): _text(value) for what, name, value in rows}


def _user_locks(query: Query) -> list[tuple[object, ...]]:
    try:
        return query(_USER_LOCKS)
    except Exception as error:  # of whatever driver: the login may not read the performance schema
        if is_lost(error):
            raise
        return []


def _version(text: str) -> tuple[int, int]:
    """Of `5.5.5-10.11.6-MariaDB-log`, as some drivers see it, 10.11."""
    match = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _text(value: object) -> str:
    """Some drivers give texts of the information schema as bytes."""
    return value.decode() if isinstance(value, (bytes, bytearray)) else str(value)
