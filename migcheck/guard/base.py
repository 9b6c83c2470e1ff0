"""What a dialect gives for its connections to be turned."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import quote

from migcheck.model import ServerAddress


class Target(Protocol):
    """The one database that connections of a dialect are turned to."""

    def turn(self, driver: str, args: list[Any], parameters: dict[str, Any]) -> bool:
        """Rewrite what SQLAlchemy is about to give to the `connect()` of a driver (SQLAlchemy's name for it).

        False where it is not known how.
        """

    def point_environment(self, environ: MutableMapping[str, str]) -> None:
        """Point the variables that the dialect's own programs read to the database.

        Not for drivers (every connection is turned anyway) but for programs that a migration starts.
        """

    def url(self, driver: str, asynchronous: bool) -> str:
        """The database's URL for SQLAlchemy, with that driver if it can be imported; "" leaves the choice."""

    def forget(self) -> None:
        """End what the user's code has left open in this process, where the server cannot be told to."""


class Turner(Protocol):
    """What a patched driver asks where a connection may go."""

    def target_of(self, dialect: str, module: str, args: Sequence[Any], parameters: Mapping[str, Any]) -> Any:
        """The `Target` of a dialect. Raises GuardError when this process belongs to another one."""

    def target_if_any(self, dialect: str) -> Any:
        """The `Target` of a dialect; None when this process does not belong to it."""


Patch = Callable[[ModuleType, Turner], None]


def without(given: Mapping[str, Any], target: frozenset[str]) -> dict[str, Any]:
    """What of a connection's parameters does not say where it leads."""
    return {name: value for name, value in given.items() if name not in target}


def named(names: Sequence[str], args: Sequence[Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Positional arguments by their names, and the others."""
    return {**dict(zip(names, args, strict=False)), **parameters}


def importable(driver: str) -> bool:
    """Whether the module of a driver (SQLAlchemy's name for it) is installed."""
    module = _MODULES.get(driver, driver)
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its package is not there
        return False


_MODULES = {
    "psycopg_async": "psycopg",
    "mysqldb": "MySQLdb",
    "mysqlconnector": "mysql.connector",
    "mariadbconnector": "mariadb",
    "pysqlite": "sqlite3",
}


def login(address: ServerAddress) -> str:
    """`user:password` as it stands in a URL."""
    if address.password is None:
        return quote(address.user, safe="")
    return f"{quote(address.user, safe='')}:{quote(address.password, safe='')}"
