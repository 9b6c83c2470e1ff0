"""The guard of a process: which database it belongs to, and what becomes of each connection."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from migcheck.dialects import dialect_of
from migcheck.errors import GuardError
from migcheck.guard import mysql, postgresql, sqlite
from migcheck.guard.base import Target
from migcheck.guard.imports import PatchOnImport
from migcheck.model import ServerAddress

# Drivers of databases that cannot be turned anywhere: refused when called.
_FOREIGN = {
    "pyodbc": ("mssql", "connect"),
    "pymssql": ("mssql", "connect"),
    "oracledb": ("oracle", "connect"),
    "cx_Oracle": ("oracle", "connect"),
}


class Guard:
    """Turns every connection of this process to one database of one server; refuses all until it has one.

    `refused` collects what was refused, so that an env.py that swallows exceptions cannot hide it.
    """

    def __init__(self) -> None:
        self.refused: list[GuardError] = []
        self._target: Target | None = None
        self._address: ServerAddress | None = None
        self._database = ""
        self._family: frozenset[str] = frozenset()
        self._drivers_of: tuple[str, Target] | None = None
        self._records: list[Any] = []

    @classmethod
    def of_process(cls) -> Guard:
        """This process's guard; installed at the first call, and never taken off again."""
        global _guard
        if _guard is None:
            _guard = cls()
            event.listen(Engine, "do_connect", _guard._do_connect)
            event.listen(Pool, "connect", _guard._connected)
            sys.meta_path.insert(0, PatchOnImport(_guard._patches()))
        return _guard

    def turn_to(self, address: ServerAddress, database: str) -> None:
        """From now on every connection leads to `database`; the process belongs to it."""
        self._address, self._database = address, database
        self._family = dialect_of(address.dialect).family
        self._target = target_for(address, database)
        self._drivers_of = _drivers_of(address, database)
        self._target.point_environment(os.environ)

    @property
    def address(self) -> ServerAddress:
        """The server that connections are turned to. Raises GuardError before `turn_to`."""
        if self._address is None:
            raise GuardError("a module tried to open a database while it was only being imported")
        return self._address

    @property
    def database(self) -> str:
        """The database that connections are turned to."""
        return self._database

    def url(self, scheme: str, asynchronous: bool = False) -> str:
        """The database's URL for SQLAlchemy, with the driver of `scheme` (`dialect+driver`) if that fits."""
        dialect, _, driver = scheme.partition("+")
        return self._opened().url(driver if dialect in self._family else "", asynchronous)

    def forget_pooled(self) -> None:
        """Make pools open a new connection where they hold one from before: its session has ended."""
        for record in self._records:
            record.invalidate(soft=True)
        self._records.clear()
        self._opened().forget()

    def _opened(self) -> Target:
        assert self.address is not None and self._target is not None
        return self._target

    # -- SQLAlchemy's net

    def _connected(self, _connection: Any, record: Any) -> None:
        self._records.append(record)

    def _do_connect(self, dialect: Any, _record: Any, args: list[Any], parameters: dict[str, Any]) -> None:
        target = self._opened()
        if dialect.name not in self._family:
            raise self._refuse(dialect.name, f"a {dialect.name} database", args, parameters)
        if not target.turn(dialect.driver, args, parameters):
            what = f"a database through the driver {dialect.driver}"
            raise self._refuse(dialect.name, what, args, parameters)

    # -- the drivers' net

    def target_of(
        self, dialect: str, module: str, args: Sequence[Any], parameters: Mapping[str, Any]
    ) -> Target:
        """The target of a connection of `dialect` through a driver's `module`.

        Raises GuardError when this process belongs to another one.
        """
        target = self._opened()
        if dialect in self._family:
            return target
        if self._drivers_of is not None and self._drivers_of[0] == dialect:
            return self._drivers_of[1]
        raise self._refuse(dialect, f"a database through {module}", args, parameters)

    def target_if_any(self, dialect: str) -> Target | None:
        """The target of connections of `dialect`; None when this process does not belong to it."""
        return self._target if dialect in self._family else None

    def _patches(self) -> dict[str, Callable[[ModuleType], None]]:
        known = {**postgresql.PATCHES, **mysql.PATCHES, **sqlite.PATCHES}
        patches: dict[str, Callable[[ModuleType], None]] = {
            name: partial(_applied, patch, self) for name, patch in known.items()
        }
        for module, (dialect, function) in _FOREIGN.items():
            patches[module] = self._refusing(dialect, function)
        return patches

    def _refusing(self, dialect: str, function: str) -> Callable[[ModuleType], None]:
        def patch(module: ModuleType) -> None:
            original = getattr(module, function)

            def refuse(*args: Any, **kwargs: Any) -> Any:
                # Where this very dialect is verified, SQLAlchemy's net has turned the connection already.
                self.target_of(dialect, module.__name__, args, kwargs)
                return original(*args, **kwargs)

            setattr(module, function, refuse)

        return patch

    def _refuse(
        self, dialect: str, what: str, args: Sequence[Any], parameters: Mapping[str, Any]
    ) -> GuardError:
        error = GuardError(
            f"the connection to {what}{_describe(args, parameters)} was refused before anything was sent: it"
            f" cannot be turned to the disposable {self.address.dialect} database",
            "let env.py take its URL from alembic.ini or from a variable named with --url-env, or give "
            "the settings it needs with --env NAME=VALUE ([tool.migcheck.env])",
        )
        error.dialect = dialect
        self.refused.append(error)
        return error


def target_for(address: ServerAddress, database: str) -> Target:
    """The target that connections to `database` are turned to."""
    if address.dialect == "postgresql":
        return postgresql.PostgreSQLTarget(address, database)
    if address.dialect in ("mysql", "mariadb"):
        return mysql.MySQLTarget(address, database)
    if address.dialect == "sqlite":
        return sqlite.SQLiteTarget(address, database)
    from migcheck.guard.generic import GenericTarget

    return GenericTarget(address, database)


def _drivers_of(address: ServerAddress, database: str) -> tuple[str, Target] | None:
    """The dialect whose drivers reach a server of another kind (CockroachDB speaks PostgreSQL's protocol),
    and what they are turned to."""
    given = dict(address.parameters)
    place = replace(
        address,
        host=given.get("unix_socket") or given.get("host") or address.host,
        port=int(given.get("port", address.port)),
        # The others are the dialect's own, or stay as they were given.
        parameters=tuple(pair for pair in address.parameters if pair[0].startswith("ssl")),
    )
    if address.driver in postgresql.DRIVERS:
        return "postgresql", postgresql.PostgreSQLTarget(place, database)
    if address.driver in mysql.DRIVERS:
        return "mysql", mysql.MySQLTarget(place, database)
    if address.driver in _FOREIGN:
        return _FOREIGN[address.driver][0], target_for(address, database)
    return None


def _applied(patch: Any, guard: Guard, module: ModuleType) -> None:
    patch(module, guard)


def _describe(args: Sequence[Any], parameters: Mapping[str, Any]) -> str:
    """Where a refused connection would have gone, without its password."""
    named = {
        k: parameters[k]
        for k in ("host", "server", "port", "user", "database", "db", "dsn")
        if parameters.get(k)
    }
    if not named and args and isinstance(args[0], str):
        return f" ({args[0]})" if "password" not in args[0].lower() else ""
    return f" ({', '.join(f'{name} {value}' for name, value in named.items())})" if named else ""


_guard: Guard | None = None
