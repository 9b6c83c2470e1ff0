"""What exceptions of the drivers mean: PyMySQL, mysqlclient, mariadb, mysql.connector, aiomysql, asyncmy.

None is imported: all of them carry the number of the server or of the client library ("Server Error Message
Reference" and "Client Error Message Reference" in MySQL's manual, "MariaDB Error Codes" in MariaDB's).
"""

from __future__ import annotations

import re

from migcheck.dialects.exceptions import chain
from migcheck.dialects.mysql.connection import error_number

_DISK_FULL = frozenset({1021, 1114})
# 28 is ENOSPC of the server's machine, in the words of either server. MariaDB has no number of the system's
# to tell where InnoDB could not make a table's file larger.
_DISK_FULL_WORDS = re.compile(
    r"no space left on device|\b(?:OS )?err(?:no|or|code):? 28\b|change size of file", re.IGNORECASE
)
_LOST = frozenset(
    {
        *(1053, 1079, 1080, 1158, 1159, 1160, 1161, 1184, 1927, 4031),
        *(2001, 2002, 2003, 2004, 2005, 2006, 2012, 2013, 2026, 2027, 2048, 2055),
    }
)
_OUT_OF_SYNC = 2014


def _number(error: BaseException) -> int | None:
    """The number in an exception of a driver: all of those are an `Error` (PEP 249)."""
    return error_number(error) if any(base.__name__ == "Error" for base in type(error).__mro__) else None


def is_disk_full(error: BaseException) -> bool:
    """Whether the server's disk is full."""
    return any(
        _number(each) in _DISK_FULL or _DISK_FULL_WORDS.search(str(each)) is not None for each in chain(error)
    )


def is_lost(error: BaseException) -> bool:
    """Whether the connection, or the server, has gone away.

    SQLAlchemy counts "commands out of sync" among those; but it is the migration that left rows unread.
    """
    raised = chain(error)
    return not any(_number(each) == _OUT_OF_SYNC for each in raised) and any(map(_says_lost, raised))


def _says_lost(error: BaseException) -> bool:
    if getattr(error, "connection_invalidated", False):
        return True
    if isinstance(error, (ConnectionError, TimeoutError, EOFError)):
        return True
    number = _number(error)
    # PyMySQL and its descendants say no more than 0 of a connection that is closed already.
    return number in _LOST or (number == 0 and type(error).__name__ == "InterfaceError")
