"""Reads the whole schema of a PostgreSQL database, or parts of it, over one connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from migcheck.dialects.postgresql import queries
from migcheck.dialects.postgresql.changes import Changes
from migcheck.dialects.postgresql.queries.fragments import Scope, oid_array
from migcheck.model.snapshot import ObjectKey, Snapshot

# (unit, kind, name, value): see migcheck.dialects.postgresql.queries
Row = tuple[str, str, str, str]

# The planner's ways to read whole catalogs.
WHOLESALE = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")

# All of these change rendered text, or could make a read fail or wait; a migration often sets the first ones
# for a database or a role. force_generic_plan plans a query once per connection (55 ms) instead of six times.
PINNED = {
    "search_path": "",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "xmlbinary": "base64",
    "lc_monetary": "C",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "force_generic_plan",
    # Incremental reads take few rows out of large catalogs: through the indexes.
    **dict.fromkeys(WHOLESALE, "off"),
    "default_transaction_isolation": "read committed",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "row_security": "on",
}


def pin_settings(connection: psycopg.Connection[Any]) -> None:
    """Set everything that rendered definitions depend on to fixed values, for the session."""
    _set(connection, PINNED)


def _set(connection: psycopg.Connection[Any], settings: Mapping[str, str]) -> None:
    calls = ", ".join("set_config(%s, %s, false)" for _ in settings)
    connection.execute(f"SELECT {calls}", [text for pair in settings.items() for text in pair])


class Reader:
    """The queries of one connection.

    Reads only the catalogs, in statements that each end at once on an autocommit connection (within a
    transaction of the caller's they see what that transaction sees). Raises psycopg.Error.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        pin_settings(connection)
        version = connection.info.server_version // 10000
        superuser = connection.info.parameter_status("is_superuser") == "on"
        self._version = version
        self._all = (
            queries.relations(version, Scope.ALL),
            queries.types(version, Scope.ALL),
            queries.routines(version, Scope.ALL),
        )
        self._some_types = queries.types(version, Scope.SOME)
        self._some_routines = queries.routines(version, Scope.SOME)
        self._some_relations: dict[frozenset[str], str] = {}
        self._others = {rare: queries.others(version, superuser, rare) for rare in (False, True)}
        self._cluster = queries.cluster(version, superuser)

    def everything(self, rare: bool = True) -> list[Row]:
        """All rows of all queries; without `rare` those of kinds that few databases have any of."""
        return [row for rows in self.parts(rare) for row in rows]

    def parts(self, rare: bool = True) -> Iterator[list[Row]]:
        """The rows of one query after the other."""
        # The catalogs were last analyzed when they were empty. Nested loops, cheap for the few rows that the
        # planner expects, would be quadratic.
        _set(self._connection, {**dict.fromkeys(WHOLESALE, "on"), "enable_nestloop": "off"})
        try:
            for query in (*self._all, self._others[rare]):
                yield self._rows(query)
        finally:
            if self._connection.info.transaction_status in (
                TransactionStatus.IDLE,
                TransactionStatus.INTRANS,
            ):
                _set(self._connection, {**dict.fromkeys(WHOLESALE, "off"), "enable_nestloop": "on"})
        yield self.cluster()

    def some(self, changes: Changes) -> list[Row]:
        """The rows of the units that changed, in one round trip."""
        asked: list[tuple[str, list[Any] | None]] = []
        if changes.parts:
            asked.append((self._relations(changes.parts), [oid_array(changes.relations)]))
        if changes.types:
            asked.append((self._some_types, [oid_array(changes.types)]))
        if changes.routines:
            asked.append((self._some_routines, [oid_array(changes.routines)]))
        if changes.others:
            asked.append((self._others[changes.any_rare], None))
        if changes.cluster:
            asked.append((self._cluster, None))
        if len(asked) == 1:  # what comes after most steps; a pipeline costs more than it saves
            return self._rows(*asked[0])
        with self._connection.pipeline():
            cursors = [self._connection.execute(query, oids, prepare=True) for query, oids in asked]
        return [row for cursor in cursors for row in cursor.fetchall()]

    def _relations(self, parts: frozenset[str]) -> str:
        if parts not in self._some_relations:
            self._some_relations[parts] = queries.relations(self._version, Scope.SOME, parts)
        return self._some_relations[parts]

    def cluster(self) -> list[Row]:
        """The rows of what belongs to the whole server."""
        return self._rows(self._cluster)

    def _rows(self, query: str, parameters: list[Any] | None = None) -> list[Row]:
        return self._connection.execute(query, parameters, prepare=True).fetchall()


def read(connection: psycopg.Connection[Any]) -> Snapshot:
    """The whole schema as this connection sees it now, also within a transaction of the caller's."""
    return Snapshot(
        {ObjectKey(kind, name): value for _, kind, name, value in Reader(connection).everything()}
    )
