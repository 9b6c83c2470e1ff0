"""Putting in the user's own rows, inside a worker process."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from types import ModuleType
from typing import Any

from migcheck.errors import UsageError
from migcheck.model.tables import Table, Tables
from migcheck.seeding import Refused
from migcheck.seeding.own import OwnSeed
from migcheck.spelling import did_you_mean


def put_in(
    own: OwnSeed, execute: Callable[[str], None], insert: Any, tables: Tables, connection: Any
) -> None:
    """Put the rows of one file in: SQL through `execute`, rows through `insert`, and a seed() of Python gets
    `connection`, SQLAlchemy's. Raises UsageError, which names the file, for what does not go in."""
    try:
        if own.kind == "sql":
            execute(own.text)
        elif own.kind == "py":
            _run(own, connection)
        else:
            for name, values in own.rows:
                table = _table(own, name, tables)
                _check_columns(own, table, [column for column, _ in values])
                insert(table, [column for column, _ in values], [[value for _, value in values]])
    except Refused as error:
        raise UsageError(
            f"{own.where}: {error.message}",
            "these rows are put in before the upgrade of that revision, into the schema as it stands there",
        ) from error


def _run(own: OwnSeed, connection: Any) -> None:
    # Classes look their module up by its name: dataclasses do, and SQLAlchemy's mapped ones.
    module = ModuleType("migcheck_seed")
    module.__file__ = own.where
    sys.modules[module.__name__] = module
    try:
        exec(compile(own.text, own.where, "exec"), module.__dict__)
        seed = getattr(module, "seed", None)
        if not callable(seed):
            raise UsageError(f"{own.where} has no function seed(connection)", "write one; see docs/data.md")
        seed(connection)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        lines = [line for frame, line in traceback.walk_tb(error.__traceback__)
                 if frame.f_code.co_filename == own.where]  # fmt: skip
        line = getattr(error, "lineno", None) or (lines[-1] if lines else None)
        where = f"{own.where}, line {line}" if line else own.where
        message = str(getattr(error, "orig", None) or error).splitlines() or [""]
        raise UsageError(f"{where}: {type(error).__name__}: {message[0]}") from error


def _table(own: OwnSeed, name: str, tables: Tables) -> Table:
    found = [table for table in tables.values() if name in (str(table.name), table.name.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{own.where}: several tables are called {name}", "write the schema's name too")
    names = [known for table in tables for known in (table.name, str(table))]
    raise UsageError(
        f"{own.where}: there is no table {name} at that revision",
        did_you_mean(name, names) or "rows go into the schema as it stands there",
    )


def _check_columns(own: OwnSeed, table: Table, columns: list[str]) -> None:
    for column in columns:
        if table.column(column) is None:
            known = ", ".join(each.name for each in table.columns)
            raise UsageError(f"{own.where}: {table.name.name} has no column {column}", f"it has {known}")
