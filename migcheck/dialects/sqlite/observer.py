"""Watches an SQLite database."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from migcheck.dialects.sqlite.databases import connect
from migcheck.dialects.sqlite.reader import Look, entries, look
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
        self._seen: Look | None = None
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
        self._seen = None

    def snapshot(self, statements: Iterable[str] = ()) -> Snapshot:
        """The schema as it stands now; the same object as before where nothing changed.

        Every look is thorough, whatever the `statements` were. Raises DatabaseError.
        """
        with connect(self._address, self._database) as connection:
            found = look(connection)
            if found != self._seen:
                objects: dict[ObjectKey, str] = {}
                for key, value in entries(connection, found, self._left_out):
                    objects[_free(key, objects)] = value
                self._seen, self._last = found, Snapshot(objects)
        return self._last

    def settle(
        self, before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]
    ) -> tuple[Difference, ...]:
        """The same differences, those of equal meaning as cosmetic (see the settle module)."""
        return settled(before, after, differences)


def _free(key: ObjectKey, objects: dict[ObjectKey, str]) -> ObjectKey:
    """The key itself; numbered where two objects have one, as the names are not quoted (`a.b`.`c`)."""
    free, number = key, 1
    while free in objects:
        number += 1
        free = ObjectKey(key.kind, f"{key.name} ({number})")
    return free
