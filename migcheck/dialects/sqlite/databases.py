"""Disposable databases: files in one directory, which is all that a server of SQLite is."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from migcheck.dialects.base import ScriptError
from migcheck.dialects.names import PREFIX, require_ours
from migcheck.dialects.sqlite.tokens import TokenError, folded, tokens
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

SUFFIX = ".sqlite"

_BESIDE = ("-journal", "-wal", "-shm")
_OK, _DONE = 0, 101  # SQLITE_OK and SQLITE_DONE; the module has names for them only since Python 3.11
_PATIENCE = 10.0  # seconds to wait for another connection's lock

_HINTS = (
    ("database or disk is full", "Free some space, or point TMPDIR to a folder that has it."),
    ("database is locked", "Does a connection of env.py's keep a transaction open?"),
    ("unable to open", "Was the directory of the run removed while it was running?"),
)


def path_of(address: ServerAddress, name: str) -> Path:
    """The file of database `name`; raises DatabaseError for a name that is not ours."""
    return Path(address.host, f"{require_ours(name)}{SUFFIX}")


@contextmanager
def connect(address: ServerAddress, name: str) -> Iterator[sqlite3.Connection]:
    """A connection of migcheck's own for the length of a block; every statement commits by itself.

    sqlite3.Error becomes DatabaseError, also where it is raised within the block.
    """
    path = path_of(address, name)
    try:
        # The class, because `sqlite3.connect` may be turned elsewhere; a URI, because a plain path that isn't
        # there would be made.
        connection = sqlite3.Connection(
            f"file:{quote(str(path))}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None
        )
        with contextlib.closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise database_error(f"database {name} cannot be used", error) from error


def database_error(what: str, error: Exception) -> DatabaseError:
    """`what` failed: SQLite's words, and a hint for what they usually mean here."""
    hint = next((hint for words, hint in _HINTS if words in str(error)), None)
    return DatabaseError(f"{what}: {error}", hint)


def create(address: ServerAddress, name: str, template: str | None = None) -> None:
    """Make a database, empty or as a copy of `template`. Raises DatabaseError."""
    path = path_of(address, name)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise database_error(f"cannot create database {name}", error) from error
    if template is None:
        return
    deadline = time.monotonic() + _PATIENCE

    def progress(status: int, _remaining: int, _total: int) -> None:
        # sqlite3 itself would try for ever while somebody else has a lock on the template.
        if status not in (_OK, _DONE) and time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")

    with connect(address, template) as source, connect(address, name) as copy:
        source.backup(copy, progress=progress, sleep=0.01)


def drop(address: ServerAddress, name: str) -> None:
    """Remove the database's file and those beside it; what isn't there is no error. Raises DatabaseError."""
    path = path_of(address, name)
    try:
        for file in (path, *(path.with_name(path.name + ending) for ending in _BESIDE)):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise database_error(f"cannot drop database {name}", error) from error


def names(address: ServerAddress, run: str) -> list[str]:
    """The databases of this run that exist, sorted."""
    return sorted(
        path.name.removesuffix(SUFFIX) for path in Path(address.host).glob(f"{PREFIX}{run}_*{SUFFIX}")
    )


def has_any(address: ServerAddress, name: str, tables: Collection[str]) -> bool:
    """Whether one of the tables is in database `name`. Raises DatabaseError."""
    wanted = {folded(table) for table in tables}
    with connect(address, name) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return any(folded(table) in wanted for (table,) in rows)


def execute(address: ServerAddress, name: str, script: str) -> None:
    """Run a script of SQL statements, such as `.dump` writes.

    Raises ScriptError with the line of the statement that SQLite refuses, DatabaseError where there is no
    database.
    """
    with connect(address, name) as connection:
        for line, statement in _statements(script):
            try:
                connection.execute(statement)
            except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                raise ScriptError(str(error), line) from error


def _statements(script: str) -> Iterator[tuple[int, str]]:
    """The statements of a script and the line on which each begins; SQLite tells where one is complete."""
    start = 0
    end = script.find(";")
    while end >= 0:
        if sqlite3.complete_statement(script[start : end + 1]):
            yield _placed(script, start, end + 1)
            start = end + 1
        end = script.find(";", end + 1)
    if script[start:].strip():
        yield _placed(script, start, len(script))


def _placed(script: str, start: int, end: int) -> tuple[int, str]:
    begin = start + _blank_before(script[start:end])
    return script.count("\n", 0, begin) + 1, script[start:end]


def _blank_before(statement: str) -> int:
    """The length of the white space and comments that a statement begins with."""
    try:
        split = tokens(statement)
    except TokenError:
        return len(statement) - len(statement.lstrip())
    return split[0].start if split else 0
