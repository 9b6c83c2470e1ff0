"""Turning connections to a MariaDB or MySQL server, through any of their drivers."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, MutableMapping
from typing import Any

from migcheck.guard.base import Patch, Turner, importable, login, named, without
from migcheck.model import ServerAddress

# migcheck's own connections name themselves so, and may also open other databases than the disposable one.
_OWN_PROGRAM = "migcheck"

_TARGET = frozenset(
    "host port unix_socket user username password passwd db database read_default_file read_default_group"
    " default_file default_group option_files ssl ssl_ca ssl_cert ssl_key ssl_disabled ssl_verify_cert"
    " ssl_verify_identity ssl_key_password ssl_capath ssl_cipher ssl_crl ssl_crlpath ssl_mode bind_address"
    " named_pipe server_public_key failover pool_name dsn".split()
)
# The order of positional arguments, where a driver takes any.
_POSITIONS = ("host", "user", "password", "database", "port")

DRIVERS = ("pymysql", "mysqldb", "mariadbconnector", "mysqlconnector", "asyncmy", "aiomysql")
"""SQLAlchemy's names of the drivers whose connections can be turned."""


class MySQLTarget:
    """One database of a MariaDB or MySQL server; see `base.Target`."""

    def __init__(self, address: ServerAddress, database: str) -> None:
        self.address = address
        self.database = database

    def turn(self, driver: str, args: list[Any], parameters: dict[str, Any]) -> bool:
        """See `base.Target.turn`."""
        if driver not in DRIVERS:
            return False
        turned = self.turned(named(_POSITIONS, args, parameters), driver)
        args.clear()
        parameters.clear()
        parameters.update(turned)
        return True

    def turned(self, given: Mapping[str, Any], driver: str) -> dict[str, Any]:
        """`given` parameters of a driver, turned to the database; those of our own connections stay."""
        if given.get("program_name") == _OWN_PROGRAM:
            return dict(given)
        address = self.address
        where: dict[str, Any] = {"host": address.host or "localhost", "port": address.port or 3306}
        if address.host.startswith("/"):
            where = {"unix_socket": address.host}
        secret = {} if address.password is None else {"password": address.password}
        # aiomysql alone does not know the longer word.
        own = {
            **where,
            "user": address.user,
            **secret,
            "db" if driver == "aiomysql" else "database": self.database,
        }
        return {**without(given, _TARGET), **own, **self._tls(driver)}

    def _tls(self, driver: str) -> dict[str, Any]:
        """The address's certificates in a driver's words; they are in PyMySQL's (ssl_ca, ssl_cert ...)."""
        given: dict[str, Any] = {
            name: value for name, value in self.address.parameters if name.startswith("ssl_")
        }
        if self.address.private and driver == "pymysql":
            return {"ssl_disabled": True}  # else it loads all certificates of this machine, each time
        if not given or driver in ("pymysql", "mariadbconnector", "mysqlconnector"):
            return dict(given)
        if driver == "mysqldb":
            return {"ssl": {name.removeprefix("ssl_"): value for name, value in given.items()}}
        context = ssl.create_default_context(cafile=given.get("ssl_ca"))
        context.check_hostname = given.get("ssl_verify_identity", "").lower() in ("1", "true")
        if "ssl_cert" in given:
            context.load_cert_chain(given["ssl_cert"], given.get("ssl_key"))
        return {"ssl": context}

    def point_environment(self, environ: MutableMapping[str, str]) -> None:
        """See `base.Target.point_environment`."""
        for name in ("MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_PWD", "MYSQL_HOME"):
            environ.pop(name, None)
        address = self.address
        if address.host.startswith("/"):
            environ["MYSQL_UNIX_PORT"] = address.host
        else:
            environ.update({"MYSQL_HOST": address.host, "MYSQL_TCP_PORT": str(address.port or 3306)})
        if address.password is not None:
            environ["MYSQL_PWD"] = address.password

    def url(self, driver: str, asynchronous: bool) -> str:
        """See `base.Target.url`. The host is `localhost` even for a socket, as settings classes want one."""
        choices = ("aiomysql", "asyncmy") if asynchronous else ("pymysql", "mysqldb", "mariadbconnector")
        if not driver or not importable(driver):
            driver = next(filter(importable, choices), choices[0])
        address = self.address
        host = "localhost" if address.host.startswith("/") else address.host or "localhost"
        scheme = "mariadb" if driver == "mariadbconnector" else "mysql"
        return f"{scheme}+{driver}://{login(address)}@{host}:{address.port or 3306}/{self.database}"

    def forget(self) -> None:
        """Nothing: the server ends sessions when it is told to."""


def _turning(driver: str, *path: str) -> Patch:
    """Turn the arguments of a connection class's constructor, or of whatever else `path` leads to."""

    def patch(module: Any, guard: Turner) -> None:
        owner = module
        for name in path[:-1]:
            owner = getattr(owner, name)
        original = getattr(owner, path[-1])
        bound = len(path) > 1  # a method gets the connection first

        def connect(*args: Any, **kwargs: Any) -> Any:
            own, given = args[:bound], named(_POSITIONS, args[bound:], kwargs)
            return original(
                *own, **guard.target_of("mysql", module.__name__, (), given).turned(given, driver)
            )

        setattr(owner, path[-1], connect)

    return patch


PATCHES: Mapping[str, Patch] = {
    "pymysql.connections": _turning("pymysql", "Connection", "__init__"),
    "MySQLdb.connections": _turning("mysqldb", "Connection", "__init__"),
    "mariadb.connections": _turning("mariadbconnector", "Connection", "__init__"),
    "mysql.connector.abstracts": _turning("mysqlconnector", "MySQLConnectionAbstract", "connect"),
    "asyncmy.connection": _turning("asyncmy", "connect"),
    "aiomysql.connection": _turning("aiomysql", "connect"),
}
