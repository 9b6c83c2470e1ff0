"""URLs of servers, in SQLAlchemy's and libpq's spelling, read into a `ServerAddress`."""

from __future__ import annotations

import difflib
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg import pq

from migcheck.errors import UsageError
from migcheck.model import ServerAddress

_SHAPE = "The shape is postgresql://user:password@host:port/database?sslmode=require"

# What the address has fields of its own for, or what migcheck sets itself.
_OWN = frozenset({"host", "port", "user", "password", "dbname", "application_name", "client_encoding"})


def is_url(spec: str) -> bool:
    """Whether `spec` is meant as a URL."""
    return "://" in spec


def address_of(url: str) -> ServerAddress:
    """Read `postgresql://...`, `postgresql+driver://...` or `postgres://...`; raises UsageError.

    Parts that the URL leaves out are empty (port 0), for libpq's defaults. The database is `postgres` unless
    the URL names one. Messages never repeat the URL: it holds a password.
    """
    scheme = url.partition("://")[0]
    dialect = scheme.partition("+")[0].lower()
    if dialect not in ("postgresql", "postgres"):
        raise UsageError(f"--database: no provider for {scheme}:// servers", _SHAPE)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
    except ValueError as error:
        raise UsageError(f"--database: the URL cannot be read: {error}", _SHAPE) from None
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    _refuse_unknown(query)
    if query.get("port", "0").isdigit():
        port = port or int(query.get("port", "0"))
    else:
        raise UsageError(f"--database: the URL's port is no number: {query['port']!r}", _SHAPE)
    host = unquote(host) or query.get("host", "")
    if "," in host or "," in parts.netloc.rpartition("@")[2]:
        raise UsageError("--database: the URL names several hosts", "Name the one that takes writes.")
    return ServerAddress(
        dialect="postgresql",
        host=host,
        port=port,
        user=unquote(parts.username or "") or query.get("user", ""),
        password=unquote(parts.password) if parts.password is not None else query.get("password"),
        database=unquote(parts.path.removeprefix("/")) or query.get("dbname", "") or "postgres",
        private=False,
        parameters=tuple(sorted((name, value) for name, value in query.items() if name not in _OWN)),
    )


def _refuse_unknown(query: dict[str, str]) -> None:
    known = sorted(option.keyword.decode() for option in pq.Conninfo.get_defaults())
    for name in query:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Parameters are those of libpq, such as sslmode."
            raise UsageError(f"--database: unknown parameter {name!r} in the URL", hint)
