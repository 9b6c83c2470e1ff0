"""Turning connections to a PostgreSQL server: psycopg, psycopg2, asyncpg, pg8000."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from migcheck.guard.base import Patch, Turner, importable, login, named, without
from migcheck.model import ServerAddress

# application_name of migcheck's own connections, which may also open the maintenance database.
_OWN_APPLICATION = "migcheck"

_LIBPQ = ("psycopg2", "psycopg", "psycopg_async")
DRIVERS = (*_LIBPQ, "asyncpg", "pg8000")
"""SQLAlchemy's names of the drivers whose connections can be turned."""

_LIBPQ_TARGET = frozenset(
    "host hostaddr port dbname database user password passfile service dsn conninfo sslmode sslcert sslkey"
    " sslrootcert sslcrl sslcrldir sslpassword sslnegotiation channel_binding target_session_attrs gssencmode"
    " krbsrvname requirepeer require_auth load_balance_hosts gssdelegation".split()
)
_ASYNCPG_TARGET = frozenset(
    "dsn host port user password passfile service servicefile database ssl direct_tls target_session_attrs"
    " krbsrvname gsslib".split()
)
_PG8000_TARGET = frozenset(
    "user host database port password source_address unix_sock ssl_context sock".split()
)
_LIBPQ_ENVIRONMENT = (
    "PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGSSLMODE"
    " PGREQUIRESSL PGSSLCERT PGSSLKEY PGSSLROOTCERT PGSSLNEGOTIATION PGCHANNELBINDING PGTARGETSESSIONATTRS"
    " PGREQUIREPEER PGREQUIREAUTH PGGSSENCMODE PGLOADBALANCEHOSTS"
).split()


class PostgreSQLTarget:
    """One database of a PostgreSQL server; see `base.Target`."""

    def __init__(self, address: ServerAddress, database: str) -> None:
        self.address = address
        self.database = database

    def turn(self, driver: str, args: list[Any], parameters: dict[str, Any]) -> bool:
        """See `base.Target.turn`."""
        if driver in _LIBPQ:
            target, own = _LIBPQ_TARGET, dict[str, Any](self.libpq())
        elif driver == "asyncpg":
            target, own = _ASYNCPG_TARGET, self.asyncpg()
        elif driver == "pg8000":
            target, own = _PG8000_TARGET, self.pg8000()
        else:
            return False
        for name in target & parameters.keys():
            del parameters[name]
        args.clear()
        parameters.update(own)
        return True

    def libpq(self) -> dict[str, str]:
        """The connection parameters of the database in libpq's words."""
        address = self.address
        parameters = {
            "host": address.host,
            "port": str(address.port),
            "user": address.user,
            "dbname": self.database,
            **dict(address.parameters),
        }
        if address.password is not None:
            parameters["password"] = address.password
        return parameters

    def turned(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` parameters of libpq, turned to the database; migcheck's own connections as they are."""
        own = self.libpq()
        if given.get("application_name") == _OWN_APPLICATION and given.get("host") == own["host"]:
            return dict(given)
        return {**without(given, _LIBPQ_TARGET), **own}

    def asyncpg(self) -> dict[str, Any]:
        """The connection parameters of the database in asyncpg's words."""
        address = self.address
        ssl = dict(address.parameters).get("sslmode")
        return {
            "host": address.host,
            "port": address.port,
            "user": address.user,
            "password": address.password,
            "database": self.database,
            "ssl": ssl if ssl is not None else False if address.host.startswith("/") else None,
        }

    def pg8000(self) -> dict[str, Any]:
        """The connection parameters of the database in pg8000's words."""
        address = self.address
        where: dict[str, Any] = {"host": address.host, "port": address.port}
        if address.host.startswith("/"):
            where = {"unix_sock": f"{address.host}/.s.PGSQL.{address.port}"}
        return {**where, "user": address.user, "password": address.password, "database": self.database}

    def point_environment(self, environ: MutableMapping[str, str]) -> None:
        """See `base.Target.point_environment`."""
        for name in _LIBPQ_ENVIRONMENT:
            environ.pop(name, None)
        own = self.libpq()
        environ.update({"PGHOST": own["host"], "PGPORT": own["port"]})
        environ.update({"PGUSER": own["user"], "PGDATABASE": own["dbname"]})
        if "password" in own:
            environ["PGPASSWORD"] = own["password"]

    def url(self, driver: str, asynchronous: bool) -> str:
        """See `base.Target.url`.

        The host is `localhost` even for a socket directory, because settings classes refuse URLs without a
        host; where a connection really goes is the guard's business.
        """
        if driver and not importable(driver):
            driver = ""
        if not driver and asynchronous:
            driver = "asyncpg" if importable("asyncpg") else "psycopg"
        elif not driver:
            driver = "" if importable("psycopg2") else "psycopg" if _sqlalchemy_2() else "pg8000"
        address = self.address
        host = "localhost" if address.host.startswith("/") else address.host
        scheme = "postgresql" + (f"+{driver}" if driver else "")
        return f"{scheme}://{login(address)}@{host}:{address.port}/{self.database}"

    def forget(self) -> None:
        """Nothing: the server ends sessions when it is told to."""


def _sqlalchemy_2() -> bool:
    import sqlalchemy

    return not sqlalchemy.__version__.startswith("1.")


def _patch_psycopg2(module: Any, guard: Turner) -> None:
    original = module._connect

    def connect(dsn: str, *args: Any, **kwargs: Any) -> Any:
        given = module.extensions.parse_dsn(dsn)
        own = guard.target_of("postgresql", "psycopg2", (), given).turned(given)
        return original(module.extensions.make_dsn(**own), *args, **kwargs)

    module._connect = connect


def _patch_psycopg(module: Any, guard: Turner) -> None:
    # Every connection of psycopg 3, sync, async or pooled, comes through this one generator.
    original = module.BaseConnection._connect_gen.__func__
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    def connect_gen(cls: Any, /, conninfo: str = "", **kwargs: Any) -> Any:
        given = conninfo_to_dict(conninfo)
        own = guard.target_of("postgresql", "psycopg", (), given).turned(given)
        return original(cls, make_conninfo("", **own), **kwargs)

    module.BaseConnection._connect_gen = classmethod(connect_gen)


def _patch_asyncpg(module: Any, guard: Turner) -> None:
    original = module._connect

    async def connect(**kwargs: Any) -> Any:
        own = guard.target_of("postgresql", "asyncpg", (), kwargs).asyncpg()
        return await original(**{**kwargs, **own, "dsn": None, "passfile": None})

    module._connect = connect


def _patch_pg8000(module: Any, guard: Turner) -> None:
    original = module.CoreConnection.__init__
    names = original.__code__.co_varnames[1 : original.__code__.co_argcount]

    def init(connection: Any, *args: Any, **kwargs: Any) -> None:
        given = named(names, args, kwargs)
        own = guard.target_of("postgresql", "pg8000", (), given).pg8000()
        original(connection, **without(given, _PG8000_TARGET), **own)

    module.CoreConnection.__init__ = init


PATCHES: Mapping[str, Patch] = {
    "psycopg2": _patch_psycopg2,
    "psycopg._connection_base": _patch_psycopg,
    "asyncpg.connect_utils": _patch_asyncpg,
    "pg8000.core": _patch_pg8000,
}
