"""Watches an SQLite database."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from migcheck.dialects.sqlite.databases import connect
from migcheck.dialects.sqlite.reader import entries
from migcheck.dialects.sqlite.settle import settled
from migcheck.dialects.sqlite.tokens import folded
from migcheck.model import Difference, ObjectKey, ServerAddress, Snapshot


class Observer:
    """Snapshots of one database; see `migcheck.dialects.base.Observer`.

    Each look has a connection of its own: one that stayed open would keep a migration from leaving WAL mode.
    """

    def __init__(
        self, address: ServerAddress, database: str, leave_out: frozenset[str] = frozenset()
    ) -> None:
        self._address = address
        self._database = database
        self._left_out = frozenset(map(folded, leave_out))
        self._last = Snapshot()

    def __enter__(self) -> Observer:
        with connect(self._address, self._database) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._last = Snapshot()

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """The schema as it stands now; the same object as before where nothing changed.

        Every look is thorough, whatever the `statements` were. Raises DatabaseError.
        """
        objects: dict[ObjectKey, str] = {}
        with connect(self._address, self._database) as connection:
            for key, value in entries(connection, self._left_out):
                objects[_free(key, objects)] = value
        if objects != self._last.objects or not objects:
            self._last = Snapshot(objects)
        return self._last

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences, those of equal meaning as cosmetic (see the settle module)."""
        return tuple(settled(before, after, difference) for difference in differences)


def _free(key: ObjectKey, objects: dict[ObjectKey, str]) -> ObjectKey:
    """The key itself; numbered where two objects have one, as the names are not quoted (`a.b`.`c`)."""
    number = 1
    free = key
    while free in objects:
        number += 1
        free = ObjectKey(key.kind, f"{key.name} ({number})")
    return free
