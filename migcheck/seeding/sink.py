"""Where rows are put in, and read back from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from migcheck.model.tables import Table, Value


class Sink(Protocol):
    """A part of `migcheck.dialects.data.Data`; see there. What the server says against a row is Refused."""

    def sample(self, table: Table, columns: Sequence[str], limit: int) -> list[tuple[Value, ...]]:
        """At most `limit` rows' values, the first in the order of the primary key."""

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """Put all rows in, or none of them."""

    def update(
        self, table: Table, values: Sequence[tuple[str, Value]], key: Sequence[tuple[str, Value]]
    ) -> None:
        """Set `values` in the rows that have `key`."""

    def together(self) -> AbstractContextManager[None]:
        """One transaction around all that is done inside, deferrable constraints deferred to its end."""
