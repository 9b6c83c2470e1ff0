"""What every dialect gives: an observer that looks at a database while migrations run on it."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol

from migcheck.model.differences import Difference
from migcheck.model.snapshot import Snapshot


class Observer(Protocol):
    """Looks at one database over a connection of its own, which it opens on entry and closes on exit.

    Between two calls it holds no transaction and no lock, so that it never stands in a migration's way. Every
    method raises DatabaseError where the server refuses or is gone.
    """

    def __enter__(self) -> Observer: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """Everything a migration can change, as it stands now.

        `statements` are those that were run since the last call, where that is known: they may tell that a
        brief look will do. Without them the look is thorough.
        """

    def leave_out(self, tables: frozenset[str]) -> None:
        """Name the version tables (`schema.table`): no later snapshot has them, nor what belongs to them."""

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences; those of text that the server itself calls equal become cosmetic.

        The database must stand at `after`. Nothing is changed in it.
        """
