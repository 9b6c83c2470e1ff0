"""What a kind of database has to give so that rows can be put in, looked at and tried."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

from migcheck.dialects.base import Query
from migcheck.model.data import Contents, Row
from migcheck.model.tables import Constraint, ForeignKey, Table, TableName, Tables, Value

KEPT = 1_000
"""Rows of a table up to which `contents` keeps them all; above that it keeps digests."""

ENOUGH = 100
"""Rows, of those that break a constraint, by which two looks at them are told apart."""


class Data(Protocol):
    """The rows of one database, over a connection of migcheck's own, opened on entry and closed on exit.

    Between two calls it holds no transaction and no lock (but within `together`). Every method raises
    DatabaseError where the server is gone or refuses to be read, and `seeding.Refused` for what it says
    against a row.
    """

    def __enter__(self) -> Data: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def tables(self) -> Tables:
        """Every table there is now, without those that are left out, sorted by name."""

    def contents(self, tables: Iterable[Table], only: Container[TableName] | None = None) -> Contents:
        """The rows of those of `tables` that hold rows, and the sequences that number their columns; with
        `only`, of those of them alone."""

    def touched(self, statements: Iterable[str], tables: Tables) -> frozenset[TableName] | None:
        """Those of `tables` whose rows these statements can have changed; None where that cannot be told."""

    def contents_seen_by(
        self, query: Query, tables: Iterable[Table], perhaps: Iterable[Table] = ()
    ) -> Contents:
        """The same as another session sees it in its transaction, which `query` asks; `perhaps` are tables
        that may be there, too. For dialects with `transaction` only. Raises what that session's driver
        raises."""

    def sample(self, table: Table, columns: Sequence[str], limit: int) -> list[tuple[Value, ...]]:
        """At most `limit` rows' values, the first in the order of the primary key, fit to be put in again."""

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """Put all rows in, or none of them. Columns that are not named get their defaults."""

    def update(
        self, table: Table, values: Sequence[tuple[str, Value]], key: Sequence[tuple[str, Value]]
    ) -> None:
        """Set `values` in the rows that have `key`."""

    def together(self) -> AbstractContextManager[None]:
        """One transaction around all that is done inside, deferrable constraints deferred to its end; rolled
        back when the body raises. Raises Refused at the end when a constraint does not hold then."""

    def attempt(
        self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]], constraint: Constraint
    ) -> bool:
        """Put rows in that are to break `constraint`, deferred ones checked too, and take them back: whether
        they were let in as they are. Not where the server refuses them or makes other ones of them."""

    def orphaned(self, table: Table, key: ForeignKey, limit: int) -> tuple[Row, ...]:
        """Delete a row to which one of `table` refers by `key`, and take that back: at most `limit` rows of
        `table` that referred to nothing then. () where the server refuses, or does what `key` declares."""

    def violators(self, table: Table, constraint: Constraint, limit: int) -> tuple[Row, ...]:
        """At most `limit` rows of `table` that break `constraint`, which need not be one that the table has.
        NULL breaks nothing but a NotNull. Raises Refused where the server cannot tell."""

    def remove(self, table: Table, constraint: Constraint) -> None:
        """Delete the rows that `violators` would show (of duplicates all but one), and those that refer to
        them. Raises Refused, and then nothing is deleted."""

    def execute(self, script: str) -> None:
        """Run a script of SQL statements; a transaction that it leaves open is committed. Raises Refused."""
