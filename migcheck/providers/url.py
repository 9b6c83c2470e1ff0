"""URLs of servers, in SQLAlchemy's and the drivers' spelling, read into a `ServerAddress`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg import pq

from migcheck.errors import UsageError
from migcheck.model import ServerAddress

_SHAPE = (
    "The shape is postgresql://user:password@host:port/database?sslmode=require,"
    " or mysql://user:password@host:port/"
)

_SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mariadb"}


@dataclass(frozen=True, slots=True)
class _Words:
    """Parameters in the query of a URL, each with the name it gets in the address; "" is for what it hasn't.

    `sort` and `example` say what they are.
    """

    known: dict[str, str]
    sort: str
    example: str


def _postgresql() -> _Words:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    # What the address has fields of its own for, or what migcheck sets itself.
    own = {"host", "port", "user", "password", "dbname", "application_name", "client_encoding"}
    return _Words({name: "" if name in own else name for name in known}, "libpq", "sslmode")


def _mysql() -> _Words:
    kept = """bind_address connect_timeout read_timeout write_timeout read_default_file read_default_group
              server_public_key ssl_ca ssl_cert ssl_key ssl_key_password ssl_disabled ssl_verify_cert
              ssl_verify_identity""".split()
    # What the address has fields of its own for, what migcheck sets itself, and what is for the driver of the
    # migrations alone.
    own = """host port user password passwd database db unix_socket autocommit auth_plugin_map binary_prefix
             charset client_flag collation compress conv cursorclass init_command local_infile
             max_allowed_packet plugin_dir pool_name pool_size program_name sql_mode use_unicode""".split()
    known = (
        {name: name for name in kept} | dict.fromkeys(own, "") | {"ssl_check_hostname": "ssl_verify_identity"}
    )
    return _Words(known, "PyMySQL", "ssl_ca")


def is_url(spec: str) -> bool:
    """Whether `spec` is meant as a URL."""
    return "://" in spec


def address_of(url: str) -> ServerAddress:
    """Read `postgresql://...`, `mysql://...`, `mariadb://...`, with `+driver` or without, or a URL of another
    dialect that SQLAlchemy knows; raises UsageError.

    Parts that the URL leaves out are empty (port 0), for the client library's defaults. The database is the
    one to connect to for making others: `postgres` unless the URL names one, none on MariaDB and MySQL.
    Messages never repeat the URL: it holds a password.
    """
    scheme = url.partition("://")[0]
    dialect = _SCHEMES.get(scheme.partition("+")[0].lower())
    if scheme.partition("+")[0].lower() == "sqlite":
        raise UsageError("--database: no provider for sqlite:// servers", "Write --database sqlite.")
    if dialect is None:
        from migcheck.dialects.generic import connection  # it brings SQLAlchemy

        return connection.address_of(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
    except ValueError as error:
        raise UsageError(f"--database: the URL cannot be read: {error}", _SHAPE) from None
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    words = _postgresql() if dialect == "postgresql" else _mysql()
    _refuse_unknown(query, words)
    if not query.get("port", "0").isdigit():
        raise UsageError(f"--database: the URL's port is no number: {query['port']!r}", _SHAPE)
    host = query.get("unix_socket", "") or unquote(host) or query.get("host", "")
    if "," in host or "," in parts.netloc.rpartition("@")[2]:
        raise UsageError("--database: the URL names several hosts", "Name the one that takes writes.")
    password = unquote(parts.password) if parts.password is not None else query.get("password")
    database = unquote(parts.path.removeprefix("/")) or query.get("dbname", "") or "postgres"
    return ServerAddress(
        dialect=dialect,
        host=host,
        port=port or int(query.get("port", "0")),
        user=unquote(parts.username or "") or query.get("user", ""),
        password=password if password is not None else query.get("passwd"),
        database=database if dialect == "postgresql" else "",
        private=False,
        parameters=tuple(
            sorted((words.known[name], value) for name, value in query.items() if words.known[name])
        ),
    )


def _refuse_unknown(names: Iterable[str], words: _Words) -> None:
    for name in names:
        if name not in words.known:
            kept = sorted(known for known, kept in words.known.items() if kept)
            near = difflib.get_close_matches(name, kept, n=1)
            other = f"Parameters are those of {words.sort}, such as {words.example}."
            raise UsageError(
                f"--database: unknown parameter {name!r} in the URL",
                f"Did you mean {near[0]!r}?" if near else other,
            )
