"""Watches a PostgreSQL database: a full snapshot first, then only what changed."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

import psycopg

from migcheck.dialects.postgresql.changes import Ledger
from migcheck.dialects.postgresql.connection import connect, server_words
from migcheck.dialects.postgresql.contents import Contents
from migcheck.dialects.postgresql.queries.watches import PLAIN
from migcheck.dialects.postgresql.reader import Reader
from migcheck.errors import DatabaseError, WalkError
from migcheck.model.differences import Difference
from migcheck.model.server import ServerAddress
from migcheck.model.snapshot import Snapshot

# Above this part of all units a full read is cheaper.
_MANY = 0.3
_ATTEMPTS = 3


class Observer:
    """Snapshots of one database; see `migcheck.dialects.base.Observer`.

    `leave_out` are the qualified names (`schema.table`) of the version tables. With `paranoid` every
    incremental snapshot is compared with a full one, and WalkError is raised where they differ.
    """

    def __init__(
        self,
        address: ServerAddress,
        database: str,
        leave_out: frozenset[str] = frozenset(),
        paranoid: bool = False,
    ) -> None:
        self._address = address
        self._database = database
        self._left_out = leave_out
        self._paranoid = paranoid
        self._connection: psycopg.Connection[Any] | None = None
        self._reader: Reader | None = None
        self._ledger: Ledger | None = None
        self._contents: Contents | None = None

    def __enter__(self) -> Observer:
        self._connection = connect(self._address, self._database)
        try:
            self._reader = Reader(self._connection)
            self._ledger = Ledger(self._connection)
        except psycopg.Error as error:
            self._connection.close()
            raise self._unreadable(error) from error
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._reader = self._ledger = self._contents = None

    def leave_out(self, tables: frozenset[str]) -> None:
        """Leave these tables (`schema.table`) and all that belongs to them out of every later snapshot."""
        if tables != self._left_out:
            self._left_out = tables
            self._contents = None

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """The schema as it stands now; the same object as before where nothing changed.

        `statements` are those that were run since the last snapshot, where they are known: after plain DDL a
        brief look is taken. What such looks miss, if others were run, too, is in the next snapshot without
        statements. Raises DatabaseError where the schema cannot be read.
        """
        texts = list(statements)
        plain = bool(texts) and all(map(PLAIN.match, texts))
        attempt = 1
        while True:
            try:
                return self._read(plain)
            except psycopg.OperationalError as error:
                raise self._unreadable(error) from error
            except psycopg.Error as error:
                # What another session drops while we read makes the server's pg_get_*def functions raise.
                self._contents = None
                if attempt == _ATTEMPTS:
                    raise self._unreadable(error) from error
                attempt += 1

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences, those of equal meaning as cosmetic (see the settle module)."""
        from migcheck.dialects.postgresql.settle import settle

        if self._connection is None:
            raise RuntimeError("an Observer is used within `with`")
        return settle(self._connection, before, after, differences)

    def _read(self, plain: bool) -> Snapshot:
        if self._reader is None or self._ledger is None:
            raise RuntimeError("an Observer is used within `with`")
        if self._contents is None or self._contents.ambiguous:
            return self._read_all()
        changes = self._ledger.changes(brief=plain and not self._ledger.any_rare)
        if not all(map(self._contents.knows, changes.old)):
            # Members of extensions are in no snapshot but for privileges that somebody changed.
            changes.others = True
        units = changes.units()
        if changes.everything or len(units) > 10 + _MANY * len(self._contents):
            return self._read_all()
        self._contents.replace(units, self._reader.some(changes))
        if self._contents.ambiguous:
            return self._read_all()
        if self._paranoid:
            self._compare()
        return self._contents.snapshot

    def _read_all(self) -> Snapshot:
        assert self._reader is not None and self._ledger is not None
        self._ledger.restart()
        old = self._contents
        self._contents = Contents(self._reader.everything(self._ledger.any_rare), self._left_out)
        if old is not None and old.snapshot == self._contents.snapshot:
            self._contents.snapshot = old.snapshot
        return self._contents.snapshot

    def _compare(self) -> None:
        assert self._reader is not None and self._contents is not None
        full = Contents(self._reader.everything(), self._left_out).snapshot.objects
        seen = self._contents.snapshot.objects
        wrong = sorted(key for key in {*full, *seen} if full.get(key) != seen.get(key))
        if wrong:
            lines = [f"{key.kind} {key.name}: {seen.get(key)} != {full.get(key)}" for key in wrong]
            raise WalkError(
                "an incremental snapshot differs from a full one",
                "This is a fault of migcheck: please report it.",
                "\n".join(lines),
            )

    def _unreadable(self, error: psycopg.Error) -> DatabaseError:
        return DatabaseError(
            f"the schema of {self._database!r} cannot be read: {server_words(error)}",
            "If the server has gone away, its log says why; the role must be able to read pg_catalog.",
        )
