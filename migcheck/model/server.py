"""Where a database server answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A running server and the login migcheck uses on it; plain data that another process can use.

    `host` is a host name, an IP address, or of a Unix socket the directory (PostgreSQL) or the file
    (MariaDB, MySQL); it then begins with a slash. `database` is the maintenance database for CREATE and
    DROP DATABASE, empty where none is needed. `private` says that the server is ours alone: started for
    this run and thrown away with it. `parameters` are further connection parameters in the words of the
    client library (libpq: `sslmode`, `sslrootcert` ...; PyMySQL: `ssl_ca`, `ssl_disabled` ...). `driver` is
    SQLAlchemy's name of the driver for a dialect that is reached through SQLAlchemy (`pyodbc`), empty for its
    usual one.
    """

    dialect: str
    host: str
    port: int
    user: str
    password: str | None = field(repr=False)
    database: str
    private: bool
    parameters: tuple[tuple[str, str], ...] = ()
    driver: str = ""

    @property
    def place(self) -> str:
        """Where it answers, for people."""
        return f"{self.host}:{self.port}" if self.port and not self.host.startswith("/") else self.host
