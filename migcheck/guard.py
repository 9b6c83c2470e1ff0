"""The connection guard: in a process that runs the user's code, only the disposable database is opened.

Whatever way env.py, the application or a revision comes to its URL (alembic.ini, the environment,
settings of its own, `creator=`, a plain `psycopg.connect`), the connection is turned to the disposable
database before a byte is sent; a connection to anything that cannot be turned is refused.

Two nets, since neither sees all: SQLAlchemy's `do_connect` event (it knows the dialect, so it can say
what was asked for), and the connect function of each driver, patched when the driver is imported.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from types import ModuleType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from migcheck.errors import GuardError
from migcheck.model import ServerAddress

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

# Drivers of databases that this guard cannot turn to a PostgreSQL server: refused when called.
_FOREIGN = {
    "pymysql.connections": "Connection.__init__",
    "MySQLdb.connections": "Connection.__init__",
    "mysql.connector": "connect",
    "mariadb": "connect",
    "asyncmy.connection": "connect",
    "aiomysql.connection": "connect",
    "pyodbc": "connect",
    "oracledb": "connect",
    "cx_Oracle": "connect",
    "pymssql": "connect",
}

# application_name of migcheck's own connections, which may also open the maintenance database.
OWN_APPLICATION = "migcheck"


class Guard:
    """Turns every connection of this process to one database of one server; refuses all until it has one.

    `refused` collects what was refused, so that an env.py that swallows exceptions cannot hide it.
    """

    def __init__(self) -> None:
        self.refused: list[GuardError] = []
        self._target: tuple[ServerAddress, str] | None = None
        self._records: list[Any] = []

    @classmethod
    def of_process(cls) -> Guard:
        """This process's guard; installed at the first call, and never taken off again."""
        global _guard
        if _guard is None:
            _guard = cls()
            event.listen(Engine, "do_connect", _guard._do_connect)
            event.listen(Pool, "connect", _guard._connected)
            sys.meta_path.insert(0, _PatchOnImport(_guard._patches()))
        return _guard

    def turn_to(self, address: ServerAddress, database: str) -> None:
        """From now on every connection leads to `database`; the process belongs to it."""
        self._target = (address, database)
        self._point_environment(os.environ)

    @property
    def address(self) -> ServerAddress:
        """The server that connections are turned to. Raises GuardError before `turn_to`."""
        return self._opened()[0]

    @property
    def database(self) -> str:
        """The database that connections are turned to. Raises GuardError before `turn_to`."""
        return self._opened()[1]

    def _opened(self) -> tuple[ServerAddress, str]:
        if self._target is None:
            raise GuardError("a module tried to open a database while it was only being imported")
        return self._target

    def forget_pooled(self) -> None:
        """Make pools open a new connection where they hold one from before: its session has ended."""
        for record in self._records:
            record.invalidate(soft=True)
        self._records.clear()

    # -- what is rewritten

    def libpq(self) -> dict[str, str]:
        """The connection parameters of the disposable database in libpq's words."""
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

    def _asyncpg(self) -> dict[str, Any]:
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

    def _pg8000(self) -> dict[str, Any]:
        address = self.address
        where: dict[str, Any] = {"host": address.host, "port": address.port}
        if address.host.startswith("/"):
            where = {"unix_sock": f"{address.host}/.s.PGSQL.{address.port}"}
        return {**where, "user": address.user, "password": address.password, "database": self.database}

    def _point_environment(self, environ: MutableMapping[str, str]) -> None:
        # Not for libpq (every connection is turned anyway) but for programs that a migration starts.
        for name in _LIBPQ_ENVIRONMENT:
            environ.pop(name, None)
        own = self.libpq()
        environ.update({"PGHOST": own["host"], "PGPORT": own["port"]})
        environ.update({"PGUSER": own["user"], "PGDATABASE": own["dbname"]})
        if "password" in own:
            environ["PGPASSWORD"] = own["password"]

    # -- SQLAlchemy's net

    def _connected(self, _connection: Any, record: Any) -> None:
        self._records.append(record)

    def _do_connect(self, dialect: Any, _record: Any, args: list[Any], parameters: dict[str, Any]) -> None:
        if dialect.name != self.address.dialect:
            raise self._refuse(f"a {dialect.name} database", _describe(args, parameters))
        driver = dialect.driver
        if driver in ("psycopg2", "psycopg", "psycopg_async"):
            target, own = _LIBPQ_TARGET, dict[str, Any](self.libpq())
        elif driver == "asyncpg":
            target, own = _ASYNCPG_TARGET, self._asyncpg()
        elif driver == "pg8000":
            target, own = _PG8000_TARGET, self._pg8000()
        else:
            raise self._refuse(f"a database through the driver {driver}", _describe(args, parameters))
        for name in target & parameters.keys():
            del parameters[name]
        args.clear()
        parameters.update(own)

    # -- the drivers' net

    def _patches(self) -> dict[str, Callable[[ModuleType], None]]:
        patches: dict[str, Callable[[ModuleType], None]] = {
            "psycopg2": self._patch_psycopg2,
            "psycopg._connection_base": self._patch_psycopg,
            "asyncpg.connect_utils": self._patch_asyncpg,
            "pg8000.core": self._patch_pg8000,
        }
        for module, function in _FOREIGN.items():
            patches[module] = self._refusing(function)
        return patches

    def _patch_psycopg2(self, module: Any) -> None:
        original = module._connect

        def connect(dsn: str, *args: Any, **kwargs: Any) -> Any:
            given = module.extensions.parse_dsn(dsn)
            return original(module.extensions.make_dsn(**self._turn_libpq(given)), *args, **kwargs)

        module._connect = connect

    def _patch_psycopg(self, module: Any) -> None:
        # Every connection of psycopg 3, sync, async or pooled, comes through this one generator.
        original = module.BaseConnection._connect_gen.__func__
        from psycopg.conninfo import conninfo_to_dict, make_conninfo

        def connect_gen(cls: Any, /, conninfo: str = "", **kwargs: Any) -> Any:
            turned = self._turn_libpq(conninfo_to_dict(conninfo))
            return original(cls, make_conninfo("", **turned), **kwargs)

        module.BaseConnection._connect_gen = classmethod(connect_gen)

    def _turn_libpq(self, given: Mapping[str, Any]) -> dict[str, Any]:
        own = self.libpq()
        if given.get("application_name") == OWN_APPLICATION and given.get("host") == own["host"]:
            return dict(given)
        return {**{k: v for k, v in given.items() if k not in _LIBPQ_TARGET}, **own}

    def _patch_asyncpg(self, module: Any) -> None:
        original = module._connect

        async def connect(**kwargs: Any) -> Any:
            return await original(**{**kwargs, **self._asyncpg(), "dsn": None, "passfile": None})

        module._connect = connect

    def _patch_pg8000(self, module: Any) -> None:
        original = module.CoreConnection.__init__
        names = original.__code__.co_varnames[1 : original.__code__.co_argcount]

        def init(connection: Any, *args: Any, **kwargs: Any) -> None:
            given = {**dict(zip(names, args, strict=False)), **kwargs}
            kept = {name: value for name, value in given.items() if name not in _PG8000_TARGET}
            original(connection, **kept, **self._pg8000())

        module.CoreConnection.__init__ = init

    def _refusing(self, function: str) -> Callable[[ModuleType], None]:
        def patch(module: ModuleType) -> None:
            owner: Any = module
            *path, name = function.split(".")
            for part in path:
                owner = getattr(owner, part)

            def refuse(*args: Any, **kwargs: Any) -> Any:
                raise self._refuse(f"a database through {module.__name__}", _describe(args, kwargs))

            setattr(owner, name, refuse)

        return patch

    def _refuse(self, what: str, where: str) -> GuardError:
        error = GuardError(
            f"the connection to {what}{where} was refused before anything was sent: it cannot be turned to "
            f"the disposable {self.address.dialect} database",
            "let env.py take its URL from alembic.ini or from a variable named with --url-env, or give "
            "the settings it needs with --env NAME=VALUE ([tool.migcheck.env])",
        )
        self.refused.append(error)
        return error


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


class _PatchOnImport(importlib.abc.MetaPathFinder):
    """Runs a function on a module right after its import: importing every driver up front would be slow.

    Modules that are loaded already are patched at once.
    """

    def __init__(self, patches: dict[str, Callable[[ModuleType], None]]) -> None:
        self._patches = patches
        for name in [name for name in patches if name in sys.modules]:
            self._patches.pop(name)(sys.modules[name])

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._patches:
            return None
        patch = self._patches.pop(fullname)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
