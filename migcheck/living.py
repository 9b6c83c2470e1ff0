"""A living database: read, and nothing else.

The one database that migcheck opens without having made it, and only where somebody names it. Every session
is read-only for the server, has limits of time, and takes no lock but those of a reader of catalogs.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from migcheck.dialects import dialect_of
from migcheck.dialects.names import new_name, new_run
from migcheck.errors import DatabaseError, UsageError
from migcheck.model import ServerAddress, Snapshot
from migcheck.providers.url import address_of

STATEMENT_SECONDS = 60
LOCK_SECONDS = 5

_POSTGRESQL = (
    "-c default_transaction_read_only=on"
    f" -c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
    f" -c idle_in_transaction_session_timeout={STATEMENT_SECONDS}s"
)
_MYSQL = "SET SESSION TRANSACTION READ ONLY"


@dataclass(frozen=True, slots=True)
class Living:
    """What a living database holds: its schema without the version tables, and the revisions in those.

    `place` says where it is, without a password; `version` is the server's, such as `17.2`.
    """

    place: str
    dialect: str
    version: str
    stamp: tuple[str, ...]
    schema: Snapshot


@contextmanager
def opened(url: str) -> Iterator[LivingDatabase]:
    """The database at `url` for the length of a block. Raises UsageError for a URL that names none."""
    if url.partition("://")[0].partition("+")[0].lower() == "sqlite":
        with _copied(url) as copy:
            yield copy
        return
    try:
        address = address_of(url)
    except UsageError as error:
        raise UsageError(error.message.replace("--database", "--against"), error.hint) from None
    if address.dialect not in ("postgresql", "mysql", "mariadb"):
        raise UsageError(
            f"--against: {address.dialect} cannot be compared", "PostgreSQL, MariaDB, MySQL and SQLite can"
        )
    database = unquote(urlsplit(url).path.removeprefix("/")) or dict(address.parameters).get("dbname", "")
    if not database:
        raise UsageError("--against: the URL names no database", "end it with /DATABASE")
    more = ("options", _POSTGRESQL) if address.dialect == "postgresql" else ("init_command", _MYSQL)
    read_only = replace(address, parameters=(*address.parameters, more))
    yield LivingDatabase(read_only, database, f"{address.place}/{database}")


class LivingDatabase:
    """A living database that can be read."""

    def __init__(self, address: ServerAddress, database: str, place: str) -> None:
        self.address = address
        self._database = database
        self.place = place
        self._dialect = dialect_of(address.dialect)

    def version(self) -> str:
        """The server's version."""
        if self.address.dialect == "sqlite":
            return sqlite3.sqlite_version
        words = "SHOW server_version" if self.address.dialect == "postgresql" else "SELECT VERSION()"
        return str(self._query(words)[0][0]).split()[0]

    def stamp(self, tables: Sequence[str]) -> tuple[str, ...]:
        """The revisions in Alembic's `tables`, as snapshots name them. Raises UsageError without any."""
        found: list[str] = []
        for table in tables:
            try:
                found += [
                    str(row[0]) for row in self._query(f"SELECT version_num FROM {self._quoted(table)}")
                ]
            except DatabaseError as error:
                raise UsageError(
                    f"{self.place} has no readable {table}, where its revision should be: {error.message}",
                    "is it the right database, and may the login SELECT from that table?",
                ) from error
        if not found:
            raise UsageError(
                f"{self.place} is stamped with no revision", "`alembic stamp` it with the one it stands at"
            )
        return tuple(found)

    def read(self, tables: Sequence[str]) -> Living:
        """All that is compared; `tables` are Alembic's own."""
        stamp = self.stamp(tables)
        observer = self._dialect.observer(self.address, self._database, frozenset(tables))
        with observer as looking:
            schema = looking.snapshot()
        return Living(self.place, self.address.dialect, self.version(), stamp, schema)

    def _quoted(self, table: str) -> str:
        quote_ = self._dialect.quote
        return ".".join(f"{quote_}{part.replace(quote_, quote_ * 2)}{quote_}" for part in table.split("."))

    def _query(self, statement: str) -> Sequence[Sequence[object]]:
        if self.address.dialect == "postgresql":
            import psycopg

            from migcheck.dialects.postgresql import connection as postgresql

            with postgresql.connect(self.address, self._database) as connection:
                try:
                    return connection.execute(statement.encode()).fetchall()
                except psycopg.Error as error:
                    raise DatabaseError(postgresql.server_words(error)) from error
        if self.address.dialect == "sqlite":
            from migcheck.dialects.sqlite import databases as sqlite

            with sqlite.connect(self.address, self._database) as file:
                return file.execute(statement).fetchall()
        from migcheck.dialects.mysql import connection as mysql

        with closing(mysql.connect(self.address, self._database)) as session:
            import pymysql

            try:
                return mysql.query(session, statement)
            except pymysql.Error as error:
                raise DatabaseError(mysql.server_words(error)) from error


@contextmanager
def _copied(url: str) -> Iterator[LivingDatabase]:
    """A copy of the file that an SQLite URL names, read through a connection that cannot write."""
    path = Path(unquote(url.partition("://")[2].partition("?")[0].removeprefix("/")))
    if not path.is_file():
        raise UsageError(
            f"--against: there is no file {path}", "an absolute path has four slashes: sqlite:////"
        )
    with tempfile.TemporaryDirectory(prefix="migcheck-") as folder:
        name = new_name(new_run())
        address = ServerAddress("sqlite", folder, 0, "", None, "", private=True)
        from migcheck.dialects.sqlite.databases import path_of

        try:
            source = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
            with closing(source), closing(sqlite3.connect(path_of(address, name))) as target:
                source.backup(target)
        except sqlite3.Error as error:
            raise DatabaseError(f"{path} cannot be read: {error}") from error
        yield LivingDatabase(address, name, str(path))
