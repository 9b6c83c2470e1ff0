"""Reads the whole schema of a MariaDB or MySQL database over one connection: SHOW CREATE of everything.

A round trip for what there is, one for the definitions. One whose text is as it was is not parsed again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from migcheck.dialects.mysql import accounts, definitions, grants
from migcheck.dialects.mysql.connection import Row, answers, query, server_words
from migcheck.dialects.mysql.tables import Entry, table_entries
from migcheck.dialects.mysql.tokens import quoted
from migcheck.dialects.names import PREFIX
from migcheck.model import ObjectKey, Snapshot

if TYPE_CHECKING:
    from pymysql.connections import Connection

# All of these change what SHOW CREATE says, or how times are written.
_PINNED = "SET SESSION sql_mode = '', sql_quote_show_create = 1, time_zone = '+00:00'"

SYSTEM_DATABASES = frozenset({"information_schema", "mysql", "performance_schema", "sys"})

_ROUTINES = (
    "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()"
)
_MOMENT = "CONVERT_TZ({}, '+00:00', TIME_ZONE)"
_EVENTS = (
    f"SELECT EVENT_NAME, {_MOMENT.format('CREATED')}, {_MOMENT.format('LAST_ALTERED')}"
    " FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()"
)
FOREIGN_DATABASES = (
    "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
    f" WHERE SCHEMA_NAME NOT LIKE '{PREFIX.replace('_', chr(92) * 2 + '_')}%'"
)

_Wanted = tuple[str, str]
"""Kind and name of an object whose definition is wanted."""


class Reader:
    """The queries of one connection, whose current database is the one to read. Raises pymysql.Error.

    `private` says that the server is ours: then other databases on it are read, too.
    """

    def __init__(
        self, connection: Connection[Any], database: str, left_out: frozenset[str], private: bool
    ) -> None:
        self._connection = connection
        self._database = database
        self._left_out = left_out
        self._private = private
        self.mariadb = "MariaDB" in connection.get_server_info()
        query(connection, _PINNED)
        self._parsed: dict[_Wanted, tuple[object, list[tuple[ObjectKey, str]]]] = {}
        self._accounts: tuple[object, list[Entry]] = (None, [])

    def snapshot(self) -> Snapshot:
        """Everything, as it stands now."""
        listed = _Listing(answers(self._connection, self._listings()), self._left_out)
        objects: dict[ObjectKey, str] = {}
        for key, text in self._definitions(listed):
            # Names are not quoted: `a.b`.`c` and `a`.`b.c` have one key.
            objects[_free(key, objects) if key in objects else key] = text
        others = [
            *listed.triggers(),
            *listed.grants(self._left_out),
            *listed.foreign_databases(),
            *self._read_accounts(),
        ]
        orders = listed.trigger_orders()
        for key, attributes in others:
            objects[key] = _canonical(attributes, self._database)
        for table, order in orders.items():
            key = ObjectKey("table", table)
            if key in objects:
                objects[key] = json.dumps(
                    {**json.loads(objects[key]), "trigger_order": order}, sort_keys=True, ensure_ascii=False
                )
        return Snapshot(objects)

    def _listings(self) -> list[str]:
        return [
            f"SHOW CREATE DATABASE {quoted(self._database)}",
            "SHOW FULL TABLES",
            "SHOW TRIGGERS",
            _ROUTINES,
            _EVENTS,
            *grants.statements(self._database),
            FOREIGN_DATABASES if self._private else "SELECT NULL LIMIT 0",
        ]

    def _definitions(self, listed: _Listing) -> Iterator[tuple[ObjectKey, str]]:
        yield from self._texts([definitions.database(listed.database)])
        asked = [f"SHOW CREATE {kind.upper()} {quoted(name)}" for kind, name in listed.wanted]
        parsed = {}
        given = answers(self._connection, asked)
        for wanted, answer in zip(listed.wanted, given, strict=True):
            moments = listed.moments.get(wanted[1], ()) if wanted[0] == "event" else ()
            source = (str(answer) if isinstance(answer, Exception) else answer, moments)
            known = self._parsed.get(wanted)
            if known is None or known[0] != source:
                known = (source, self._texts(self._entries(wanted, answer, moments)))
            parsed[wanted] = known
            yield from known[1]
        self._parsed = parsed

    def _entries(
        self, wanted: _Wanted, answer: list[Row] | Exception, moments: tuple[Any, ...]
    ) -> Iterable[Entry]:
        kind, name = wanted
        if isinstance(answer, Exception):
            return [definitions.unreadable(kind, name, server_words(answer))]
        row = {column: _without(value, self._database) for column, value in answer[0].items()}
        if kind == "table":
            return table_entries(name, row["Create Table"])
        if kind == "view":
            return [definitions.view(name, row)]
        if kind == "sequence":
            return [definitions.sequence(name, row)]
        if kind == "event":
            return [definitions.event(name, row, moments)]
        return [definitions.routine(kind, name, row)]

    def _read_accounts(self) -> list[Entry]:
        print_now = accounts.fingerprint(self._connection, self.mariadb)
        if print_now is None or print_now != self._accounts[0]:
            found = accounts.accounts(self._connection, self.mariadb)
            entries = [(account.key(), accounts.attributes(state)) for account, state in found.items()]
            self._accounts = (print_now, entries)
        return self._accounts[1]

    def _texts(self, entries: Iterable[Entry]) -> list[tuple[ObjectKey, str]]:
        return [(key, _canonical(attributes, self._database)) for key, attributes in entries]


class _Listing:
    """The answers to `Reader._listings`: what there is."""

    def __init__(self, given: list[list[Row] | Exception], left_out: frozenset[str]) -> None:
        rows: list[list[Row]] = []
        for place, answer in enumerate(given):
            if isinstance(answer, Exception) and place < _REQUIRED:
                raise answer
            # mysql.* is for those who may read it.
            rows.append([] if isinstance(answer, Exception) else answer)
        created, tables, triggers, routines, events, *self._grants, self._foreign = rows
        self.database = str(created[0]["Create Database"])
        self._triggers = [row for row in triggers if row["Table"] not in left_out]
        self.moments = {name: tuple(moments) for name, *moments in (row.values() for row in events)}
        self.wanted: list[_Wanted] = [
            *(_relation(*row.values()) for row in tables if next(iter(row.values())) not in left_out),
            *((row["ROUTINE_TYPE"].lower(), row["ROUTINE_NAME"]) for row in routines),
            *(("event", name) for name in self.moments),
        ]

    def triggers(self) -> Iterator[Entry]:
        """A trigger of several events (MariaDB 12) has a row for each."""
        events: dict[str, list[str]] = {}
        for row in self._triggers:
            events.setdefault(row["Trigger"], []).append(row["Event"].replace(",", " OR "))
        for row in {row["Trigger"]: row for row in self._triggers}.values():
            yield definitions.trigger(row, events[row["Trigger"]])

    def trigger_orders(self) -> dict[str, list[str]]:
        """For each table that has several triggers of one event: those, in the order in which they fire."""
        events = [(row["Table"], row["Timing"], row["Event"]) for row in self._triggers]
        several = {event for event, number in Counter(events).items() if number > 1}
        orders: dict[str, list[str]] = {}
        for row, event in zip(self._triggers, events, strict=True):
            if event in several:
                orders.setdefault(row["Table"], []).append(f"{row['Trigger']} {row['Timing']} {row['Event']}")
        return orders

    def grants(self, left_out: frozenset[str]) -> Iterator[Entry]:
        """Privileges on the database and what is in it."""
        for key, attributes in grants.entries(*self._grants):
            if attributes.get("table") not in left_out:
                yield key, attributes

    def foreign_databases(self) -> Iterator[Entry]:
        """Databases that a migration made beside its own."""
        for row in self._foreign:
            name, charset, collation = row.values()
            if name not in SYSTEM_DATABASES:
                yield ObjectKey("other database", name), {"charset": charset, "collation": collation}


_REQUIRED = 5  # listings that every login must be given


def _relation(name: str, kind: str) -> _Wanted:
    return (kind.lower() if kind in ("VIEW", "SEQUENCE") else "table", name)


def _free(key: ObjectKey, objects: Mapping[ObjectKey, str]) -> ObjectKey:
    """The key with the first number behind its name that is not taken."""
    keys = (ObjectKey(key.kind, f"{key.name} #{number}") for number in count(2))
    return next(each for each in keys if each not in objects)


def _canonical(attributes: dict[str, Any], database: str) -> str:
    return str(_without(json.dumps(attributes, sort_keys=True, ensure_ascii=False), database))


def _without(value: Any, database: str) -> Any:
    """A text without the name of our database, which is another one in every place that is compared."""
    if not isinstance(value, str) or database not in value:
        return value
    for qualifier in (f"`{database}`.", f'"{database}".', f"{database}."):
        value = value.replace(qualifier, "")
    return value.replace(database, "current")
