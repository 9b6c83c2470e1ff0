"""When a container's server is ready: when it answers a query."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.containers.container import Recipe
from migcheck.providers.containers.engine import Engine, said_by_engine
from migcheck.providers.containers.images import Kind
from migcheck.providers.containers.login import make_logins_cheap

LOG_LINES = 20
TIMEOUT = 60.0  # seconds that a server has to start: MySQL's own image takes 20 on a slow machine

_PAUSE = 0.02
# In seconds, for one try: what forwards the ports may accept a connection before the server does.
_QUICK = (("connect_timeout", "5"),)
_MARKS = ("PANIC:", "FATAL:", "[ERROR]", "ERROR:", "Error:", "error:")

# Words of a log, and what to do then.
_LOG_HINTS = (
    ("No space left on device", "The container's memory for data is full, or the engine's disk."),
    ("Cannot allocate memory", "The engine has too little memory for this server."),
    ("PASSWORD is not set", "Check `image_env`: it must not unset the password that migcheck gives."),
    ("exec format error", "The image is not made for this machine's processor: choose another."),
)


def wait_until_ready(
    engine: Engine, container: str, recipe: Recipe, kind: Kind, private: bool
) -> tuple[ServerAddress, str]:
    """Return the server's address and version when it answers a query.

    Raises ProviderError with the end of its log where it does not within TIMEOUT seconds or its container
    ends, and where its version is too old.
    """
    deadline = time.monotonic() + TIMEOUT
    host, said = "", ""
    while time.monotonic() < deadline:
        with said_by_engine(f"the container of image {recipe.image} cannot be looked at"):
            found = engine.api.inspect_container(container)
            _raise_if_ended(engine, container, recipe, found["State"])
            host = host or engine.host_of(found["Id"])
            port = engine.port_of(container, kind.port)
        if port is not None:
            environment = dict(pair.split("=", 1) for pair in found["Config"]["Env"] if "=" in pair)
            address = kind.address(environment, host, port, private)
            try:
                version = _ask(replace(address, parameters=_QUICK))
            except DatabaseError as error:
                said = error.message
            else:
                _require_version(recipe.image, kind, version)
                if kind.dialect == "postgresql":
                    make_logins_cheap(address)
                return address, version
        time.sleep(_PAUSE)
    said = said or "its port is not published"
    raise ProviderError(
        f"the server of image {recipe.image} did not answer within {TIMEOUT:g} s: {said}",
        "Is the machine very busy? Otherwise its log may tell.",
        engine.log_tail(container, LOG_LINES) or None,
    )


def _raise_if_ended(engine: Engine, container: str, recipe: Recipe, state: dict[str, object]) -> None:
    if state["Status"] not in ("exited", "stopped", "dead", "removing"):
        return
    log = engine.log_tail(container, LOG_LINES)
    lines = [line.strip() for line in log.splitlines()] or [f"exit code {state.get('ExitCode')}"]
    reason = next((line for line in lines if any(mark in line for mark in _MARKS)), lines[-1])
    hint = next((hint for words, hint in _LOG_HINTS if words in log), None)
    if state.get("OOMKilled"):
        reason, hint = "it was killed for want of memory", "Give the engine more memory."
    raise ProviderError(
        f"the container of image {recipe.image} ended while it was starting: {reason}",
        hint or "Check `image`, `image_env` and `image_command`.",
        log or None,
    )


def _ask(address: ServerAddress) -> str:
    """The server's version; raises DatabaseError where it does not answer."""
    text = _ask_mysql(address) if address.dialect in ("mysql", "mariadb") else _ask_postgresql(address)
    found = re.search(r"\d+(\.\d+)*", text)
    return found[0] if found else text


def _ask_postgresql(address: ServerAddress) -> str:
    import psycopg

    from migcheck.dialects.postgresql.connection import connect, database_error

    try:
        with connect(address) as connection:
            row = connection.execute("SELECT version()").fetchone()
    except psycopg.Error as error:
        raise database_error("the server does not tell its version", error) from error
    return str(row[0]) if row else ""


def _ask_mysql(address: ServerAddress) -> str:
    from migcheck.dialects.mysql.connection import connect, database_error, query

    connection = connect(address)
    import pymysql  # which `connect` has found

    try:
        with connection:
            return str(query(connection, "SELECT version()")[0][0])
    except pymysql.Error as error:
        raise database_error("the server does not tell its version", error) from error


def _require_version(image: str, kind: Kind, version: str) -> None:
    if _numbers(version) < _numbers(kind.oldest):
        raise ProviderError(
            f"image {image} has {kind.product} {version}, which is too old",
            f"migcheck works with {kind.product} {kind.oldest} and newer.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
