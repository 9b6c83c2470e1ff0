"""A copy of a database, rows included, on servers that have no statement for it.

Everything is made anew from what SHOW CREATE says of it, and the rows are copied by the server. Then the
copy is compared with the original: where the two differ in anything that snapshots know of, there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql import databases
from migcheck.dialects.mysql.connection import connect, query
from migcheck.dialects.mysql.observer import Observer
from migcheck.dialects.mysql.sessions import end
from migcheck.dialects.mysql.tokens import quoted
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

if TYPE_CHECKING:
    from pymysql.connections import Connection

_TIMEOUT = 3600  # seconds
_SESSION = (
    "SET SESSION foreign_key_checks = 0, unique_checks = 0, time_zone = '+00:00', sql_quote_show_create = 1,"
    " sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"
)
_COLUMNS = (
    "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
    " AND (EXTRA NOT LIKE '% GENERATED%' OR EXTRA LIKE '%DEFAULT_GENERATED%')"
    " ORDER BY TABLE_NAME, ORDINAL_POSITION"
)


def copy(address: ServerAddress, name: str, template: str) -> bool:
    """Make database `name` as a copy of `template`, whose sessions are ended; False (and no such database)
    where that cannot be done faithfully. Raises DatabaseError where the server goes away."""
    databases.create(address, name)
    with connect(address, template, _TIMEOUT) as source, connect(address, name, _TIMEOUT) as target:
        try:
            end(source, template, spared={source.thread_id()})
            query(source, _SESSION)
            query(target, _SESSION)
            _Copy(source, target, template, name).all()
            faithful = True
        except source.Error:
            faithful = False
    if faithful and _same(address, name, template):
        return True
    databases.drop(address, name)
    return False


def _same(address: ServerAddress, name: str, template: str) -> bool:
    try:
        with Observer(address, template) as one, Observer(address, name) as other:
            return one.snapshot().objects == other.snapshot().objects
    except DatabaseError:
        return False


class _Copy:
    """One copy under way. Raises pymysql.Error."""

    def __init__(self, source: Connection[Any], target: Connection[Any], template: str, name: str) -> None:
        self._source, self._target = source, target
        self._from, self._to = quoted(template), quoted(name)

    def all(self) -> None:
        """Everything, in an order in which each thing finds what it needs."""
        ((charset, collation),) = query(self._source, "SELECT @@character_set_database, @@collation_database")
        query(self._target, f"ALTER DATABASE {self._to} CHARACTER SET {charset} COLLATE {collation}")
        kinds: dict[str, list[str]] = {}
        for name, kind in query(self._source, "SHOW FULL TABLES"):
            kinds.setdefault(kind, []).append(name)
        for name in kinds.pop("SEQUENCE", ()):
            self._sequence(name)
        views = kinds.pop("VIEW", [])
        tables = [name for names in kinds.values() for name in names]
        for name in tables:
            self._make("TABLE", name, 1)
        self._rows(tables)
        self._routines()
        self._views(views)
        self._others("SHOW TRIGGERS", "TRIGGER", 2)
        self._others("SHOW EVENTS", "EVENT", 3)

    def _make(self, kind: str, name: str, place: int) -> None:
        row = query(self._source, f"SHOW CREATE {kind} {quoted(name)}")[0]
        query(self._target, row[place])

    def _sequence(self, name: str) -> None:
        self._make("SEQUENCE", name, 1)
        ((following,),) = query(self._source, f"SELECT next_not_cached_value FROM {quoted(name)}")
        query(self._target, f"ALTER SEQUENCE {quoted(name)} RESTART {following}")

    def _rows(self, tables: Iterable[str]) -> None:
        columns: dict[str, list[str]] = {}
        for table, column in query(self._source, _COLUMNS):
            columns.setdefault(table, []).append(quoted(column))
        for table in tables:
            told = ", ".join(columns.get(table, ()))
            if told:
                query(
                    self._target,
                    f"INSERT INTO {quoted(table)} ({told}) SELECT {told} FROM {self._from}.{quoted(table)}",
                )

    def _views(self, views: Iterable[str]) -> None:
        """Views in an order in which each finds those that it reads: as often as one more can be made."""
        waiting = list(views)
        while waiting:
            left = [view for view in waiting if not self._made("VIEW", view, 1)]
            if len(left) == len(waiting):
                self._make("VIEW", left[0], 1)
            waiting = left

    def _made(self, kind: str, name: str, place: int) -> bool:
        try:
            self._make(kind, name, place)
        except self._target.Error:
            return False
        return True

    def _routines(self) -> None:
        routines = query(
            self._source,
            "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES"
            " WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1, 2",
        )
        for kind, name in routines:
            self._with_mode(kind, name, 2)

    def _others(self, listing: str, kind: str, place: int) -> None:
        name_at = 0 if kind == "TRIGGER" else 1
        for row in query(self._source, listing):
            self._with_mode(kind, row[name_at], place)

    def _with_mode(self, kind: str, name: str, place: int) -> None:
        """Make what remembers the sql_mode in which it was made."""
        row = query(self._source, f"SHOW CREATE {kind} {quoted(name)}")[0]
        query(self._target, "SET SESSION sql_mode = %(mode)s", {"mode": row[1]})
        query(self._target, row[place])
        query(self._target, _SESSION)
