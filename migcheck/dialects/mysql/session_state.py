"""What a migration leaves behind in its session.

Temporary tables are listed by MariaDB from 11.2 on; locks of GET_LOCK() by a server whose performance schema
is on (MySQL's is, MariaDB's is not unless it is configured). Others are asked about those that the statements
name. User variables, prepared statements and LOCK TABLES go unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

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
UNION ALL SELECT 'temporary table', TABLE_NAME, 'exists'
  FROM information_schema.TABLES WHERE TABLE_TYPE = 'TEMPORARY'
"""
_USER_LOCKS = """
SELECT 'advisory lock', l.OBJECT_NAME, 'held' FROM performance_schema.metadata_locks l
  JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID
 WHERE l.OBJECT_TYPE = 'USER LEVEL LOCK' AND l.LOCK_STATUS = 'GRANTED' AND t.PROCESSLIST_ID = CONNECTION_ID()
"""


_NAME = r"`(?:[^`]|``)+`|[\w$]+"
_MAKES_TEMPORARY = re.compile(
    rf"\bCREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?((?:(?:{_NAME})\.)?(?:{_NAME}))",
    re.IGNORECASE,
)
_LOCKS = re.compile(r"\bGET_LOCK\s*\(\s*('(?:[^'\\]|''|\\.)*')", re.IGNORECASE)


def read(query: Query, statements: Collection[str] = ()) -> State:
    """Settings, role, current database, temporary tables and user locks.

    Two or three round trips, and one for each temporary table or lock that `statements` have made.
    """
    ((version, performance_schema),) = query("SELECT VERSION(), @@performance_schema")
    text = _text(version)
    statement = (_SETTINGS_MARIADB if "MariaDB" in text else _SETTINGS_MYSQL) + _PLACE
    if "MariaDB" in text and _version(text) >= (11, 2):
        statement += _TEMPORARY_TABLES
    rows = query(statement)
    if int(performance_schema):
        rows = [*rows, *_unless_refused(query, _USER_LOCKS)]
    rows = [*rows, *_named(query, statements)]
    return {(_text(what), _text(name)): _text(value) for what, name, value in rows}


def _named(query: Query, statements: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Temporary tables and user locks that are named in statements, and are still there."""
    for table in sorted({name for statement in statements for name in _MAKES_TEMPORARY.findall(statement)}):
        created = _unless_refused(query, f"SHOW CREATE TABLE {table}")
        if created and "TEMPORARY" in _text(created[0][1]).split("TABLE", 1)[0]:
            yield "temporary table", table.rpartition(".")[2].strip("`").replace("``", "`"), "exists"
    for lock in sorted({name for statement in statements for name in _LOCKS.findall(statement)}):
        if query(f"SELECT IS_USED_LOCK({lock}) = CONNECTION_ID()")[0][0]:
            yield "advisory lock", lock[1:-1].replace("''", "'"), "held"


def _unless_refused(query: Query, statement: str) -> list[tuple[object, ...]]:
    """The rows of a query; none where the server refuses it: it is not there, or not for us to see."""
    try:
        return query(statement)
    except Exception as error:  # of whatever driver
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
