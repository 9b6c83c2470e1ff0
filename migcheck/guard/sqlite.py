"""Turning connections to an SQLite database: sqlite3, and what stands on it (aiosqlite)."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from migcheck.dialects.sqlite.databases import path_of
from migcheck.guard.base import Patch, Turner, importable
from migcheck.model import ServerAddress

_IN_MEMORY = ("", ":memory:")
_PLAIN = sqlite3.connect


class _Connection(sqlite3.Connection):
    """A connection of the user's code: one that can be found again."""


class SQLiteTarget:
    """One database file; see `base.Target`."""

    def __init__(self, address: ServerAddress, database: str) -> None:
        self.path = path_of(address, database)
        self._left: weakref.WeakSet[_Connection] = weakref.WeakSet()

    def turn(self, driver: str, args: list[Any], parameters: dict[str, Any]) -> bool:
        """See `base.Target.turn`."""
        if driver not in ("pysqlite", "aiosqlite"):
            return False
        parameters.pop("uri", None)
        parameters.pop("database", None)
        args[:] = [str(self.path)]
        return True

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """`sqlite3.connect`: to the database file, wherever it was to lead; one in memory stays."""
        database = os.fsdecode(args[0] if args else kwargs.pop("database", ""))
        if database in _IN_MEMORY:
            return _PLAIN(database, *args[1:], **kwargs)
        kwargs.pop("uri", None)
        connection = _PLAIN(str(self.path), *args[1:], **{"factory": _Connection, **kwargs})
        connection.set_authorizer(self._authorize)
        if isinstance(connection, _Connection):
            self._left.add(connection)
        return connection

    def _authorize(self, action: int, name: str | None, *_rest: Any) -> int:
        """Refuse ATTACH of any file but those of our directory. (VACUUM attaches a database without name.)"""
        if action != sqlite3.SQLITE_ATTACH or not name or name == ":memory:":
            return sqlite3.SQLITE_OK
        ours = Path(name).parent == self.path.parent
        return sqlite3.SQLITE_OK if ours else sqlite3.SQLITE_DENY

    def point_environment(self, environ: MutableMapping[str, str]) -> None:
        """Nothing: no program of SQLite's reads where its database is."""

    def url(self, driver: str, asynchronous: bool) -> str:
        """See `base.Target.url`."""
        if driver and not importable(driver):
            driver = ""
        driver = driver or ("aiosqlite" if asynchronous else "")
        return f"sqlite{'+' if driver else ''}{driver}:///{self.path}"

    def forget(self) -> None:
        """Close the connections that are still open: a transaction left open in one blocks every other."""
        for connection in list(self._left):
            with suppress(sqlite3.Error):  # of another thread's, or closed
                connection.close()


def _patch(module: Any, guard: Turner) -> None:
    original = module.connect

    def connect(*args: Any, **kwargs: Any) -> Any:
        target = guard.target_if_any("sqlite")
        # Where another database is verified, a file of SQLite's is a cache or the like; what is meant as the
        # database comes through SQLAlchemy's net.
        return original(*args, **kwargs) if target is None else target.connect(*args, **kwargs)

    module.connect = connect


PATCHES: Mapping[str, Patch] = {"sqlite3": _patch, "sqlite3.dbapi2": _patch}
