"""Connections of migcheck's own through SQLAlchemy, and its URLs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from migcheck.errors import DatabaseError, UsageError
from migcheck.model import ServerAddress

OWN = "migcheck"
"""What tells a connection of migcheck's own in `Connection.info`."""

# Where the package is not called like the dialect or the driver.
_PACKAGES = {
    "clickhouse": "clickhouse-sqlalchemy",
    "cockroachdb": "sqlalchemy-cockroachdb",
    "crate": "sqlalchemy-cratedb",
    "db2": "ibm-db-sa",
    "exa": "sqlalchemy-exasol",
    "firebird": "sqlalchemy-firebird",
    "hana": "sqlalchemy-hana",
    "ibm_db_sa": "ibm-db-sa",
    "redshift": "sqlalchemy-redshift",
    "snowflake": "snowflake-sqlalchemy",
    "teradatasql": "teradatasqlalchemy",
    "vertica": "sqlalchemy-vertica-python",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
}
_WITHOUT_DATABASES = {
    "oracle": "an Oracle server has one database, and a schema of it belongs to a user",
    "firebird": "a Firebird server makes databases as files, not by CREATE DATABASE in a session",
}
# Parameters in which a URL can hide the database: then no other could be named.
_HIDING = frozenset({"odbc_connect", "dsn", "service_name", "database", "dbname"})


def why_not(dialect: str) -> tuple[str, str] | None:
    """Message and hint for a kind of server on which nothing can be made and thrown away; None for others."""
    if dialect not in _WITHOUT_DATABASES:
        return None
    return (
        f"nothing can be verified on {dialect}, and nothing was created: {_WITHOUT_DATABASES[dialect]}",
        "Where the migrations are not bound to it, verify them on another: --database embedded,"
        " --database sqlite, or the URL of a server that has CREATE DATABASE.",
    )


def address_of(text: str) -> ServerAddress:
    """The server that a URL of SQLAlchemy's names; `database` is the one to connect to for making others.

    Raises UsageError where the dialect or its driver is not installed or its servers have no databases, never
    with the URL in the message.
    """
    reason = why_not(text.partition("://")[0].partition("+")[0])
    if reason is not None:
        raise UsageError(f"--database: {reason[0]}", reason[1])
    url = _parsed(text)
    name = url.get_backend_name()
    engine = _engine(url)
    if getattr(engine.dialect, "is_async", False):
        raise UsageError(
            f"--database: the driver {engine.dialect.driver} is asynchronous",
            "Name a synchronous one in --database; env.py may use its own.",
        )
    hidden = sorted(_HIDING & {*url.query})
    if hidden:
        raise UsageError(
            f"--database: the URL names its database in {hidden[0]}, where migcheck can put none of its own",
            f"Write {name}+{engine.dialect.driver}://user:password@host:port/database",
        )
    return ServerAddress(
        dialect=name,
        host=url.host or "",
        port=url.port or 0,
        user=url.username or "",
        password=None if url.password is None else str(url.password),
        database=url.database or "",
        private=False,
        parameters=tuple(
            (key, value)
            for key, values in sorted(url.query.items())
            for value in ((values,) if isinstance(values, str) else values)
        ),
        driver=str(engine.dialect.driver),
    )


def _parsed(text: str) -> URL:
    scheme = text.partition("://")[0]
    try:
        url = make_url(text)
        url.get_dialect()
    except NoSuchModuleError:
        name = scheme.partition("+")[0]
        raise UsageError(
            f"--database: SQLAlchemy knows no dialect for {scheme}://",
            f"pip install {_PACKAGES[name]}"
            if name in _PACKAGES
            else "Install the package that brings it; SQLAlchemy itself has mssql and oracle.",
        ) from None
    except (ArgumentError, ValueError):
        raise UsageError(
            "--database: the URL cannot be read",
            "The shape is dialect+driver://user:password@host:port/database",
        ) from None
    except ImportError as error:
        raise _missing(error) from None
    return url


def _missing(error: ImportError) -> UsageError:
    module = (error.name or "").partition(".")[0]
    hint = "The driver is there, but not all that it needs from the system: see its own documentation."
    if isinstance(error, ModuleNotFoundError) and module:
        hint = f"pip install {_PACKAGES.get(module, module)}"
    return UsageError(f"--database: the driver of the URL cannot be imported: {error}", hint)


def _engine(url: URL) -> Engine:
    """Raises UsageError where the driver is not installed."""
    try:
        return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    except ImportError as error:
        raise _missing(error) from None
    except (ArgumentError, TypeError) as error:
        raise UsageError(f"--database: the URL cannot be used: {error}") from None


def url_of(address: ServerAddress, database: str = "", driver: str = "") -> URL:
    """The URL of a database on the server (of the address's own without one), by the address's driver.

    With another `driver` it has no parameters: those of the address are in the words of its own.
    """
    chosen = driver or address.driver
    query: dict[str, Any] = {}
    if chosen == address.driver:
        for name, value in address.parameters:
            query[name] = (*query[name], value) if name in query else (value,)
    return URL.create(
        f"{address.dialect}+{chosen}" if chosen else address.dialect,
        address.user or None,
        address.password,
        address.host or None,
        address.port or None,
        database or address.database or None,
        {name: values[0] if len(values) == 1 else values for name, values in query.items()},
    )


def connect_arguments(address: ServerAddress, database: str, driver: str) -> tuple[list[Any], dict[str, Any]]:
    """What the `connect()` of a driver gets for the database."""
    engine = _engine(url_of(address, database, driver))
    args, parameters = engine.dialect.create_connect_args(engine.url)
    return list(args), dict(parameters)


@contextmanager
def opened(address: ServerAddress, what: str, database: str = "") -> Iterator[Connection]:
    """A connection in AUTOCOMMIT for the length of the block, to the database or the address's own.

    What the server says against it becomes a DatabaseError that begins with `what`.
    """
    engine = _engine(url_of(address, database))
    try:
        with engine.connect() as connection:
            connection.info[OWN] = True
            yield connection
    except (SQLAlchemyError, NotImplementedError) as error:
        raise database_error(what, error) from error
    except OSError as error:  # of a driver that lets it through
        raise DatabaseError(f"{what}: {error}") from error
    finally:
        engine.dispose()


def server_words(error: BaseException) -> str:
    """What the server or the driver said, in one line, without SQLAlchemy's wrapping."""
    original = getattr(error, "orig", None) or error
    return " ".join(str(original).split()) or type(original).__name__


def database_error(what: str, error: BaseException) -> DatabaseError:
    """`what` failed, in the server's words."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    hint = "If the server has just gone away, its log says why." if lost else None
    return DatabaseError(f"{what}: {server_words(error)}", hint)


def version_of(connection: Connection) -> str:
    """The server's version, such as `16.0.4135`; empty where the dialect does not tell."""
    found = getattr(connection.dialect, "server_version_info", None) or ()
    return ".".join(str(part) for part in found)
