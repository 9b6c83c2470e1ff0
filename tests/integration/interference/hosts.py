"""Servers of somebody else, on which there is more than migcheck's databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from migcheck.model import ServerAddress

_FOREIGN = "somebody_elses"

FOREIGN = [("author",), (1,), (2,), (3,)]
"""What is in it."""


class Host:
    """A server with a database of somebody else's on it; `address` is that of its administrator."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self.dialect = "postgresql" if address.dialect == "postgresql" else "mysql"

    @property
    def socket(self) -> str:
        """The path of its Unix socket."""
        there = Path(self.address.host)
        return str(there / f".s.PGSQL.{self.address.port}" if self.dialect == "postgresql" else there)

    def url(self, port: int, *, user: str = "", parameters: str = "") -> str:
        """A value of --database that leads to it through 127.0.0.1:`port`."""
        name = user or self.address.user
        if self.dialect == "postgresql":
            return f"postgresql://{name}@127.0.0.1:{port}/postgres?{parameters}"
        return f"mysql://{name}@127.0.0.1:{port}/?{parameters}"

    def run(self, statement: str, database: str = "") -> list[tuple[Any, ...]]:
        """The rows of a statement, on the foreign database where one is named."""
        if self.dialect == "postgresql":
            from migcheck.dialects.postgresql.connection import connect

            with connect(self.address, database or None) as connection:
                cursor = connection.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        from migcheck.dialects.mysql.connection import connect as connect_mysql
        from migcheck.dialects.mysql.connection import query

        with connect_mysql(self.address, database or "") as mysql:
            return query(mysql, statement)

    def databases(self) -> list[str]:
        """The names of those that migcheck has made."""
        every = (
            "SELECT datname FROM pg_database"
            if self.dialect == "postgresql"
            else "SELECT schema_name FROM information_schema.schemata"
        )
        return sorted(name for (name,) in self.run(every) if name.startswith("migcheck_"))

    def sessions(self) -> list[str]:
        """The database of each session on one of them."""
        every = (
            "SELECT datname FROM pg_stat_activity"
            if self.dialect == "postgresql"
            else "SELECT db FROM information_schema.processlist"
        )
        return [name for (name,) in self.run(every) if name and name.startswith("migcheck_")]

    def make_foreign(self) -> None:
        """Make the database of somebody else."""
        self.run(f"CREATE DATABASE {_FOREIGN}")
        self.run("CREATE TABLE author (id int PRIMARY KEY)", _FOREIGN)
        self.run("INSERT INTO author VALUES (1), (2), (3)", _FOREIGN)

    def foreign(self) -> list[tuple[Any, ...]]:
        """What is in the database of somebody else."""
        tables = self.run(
            "SELECT table_name FROM information_schema.tables"
            f" WHERE table_schema IN ('public', '{_FOREIGN}')",
            _FOREIGN,
        )
        return [*tables, *self.run("SELECT id FROM author ORDER BY id", _FOREIGN)]

    def drop_foreign(self) -> None:
        """Drop it."""
        self.run(f"DROP DATABASE {_FOREIGN}")
