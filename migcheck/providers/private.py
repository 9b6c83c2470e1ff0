"""A private server: made for one run, reachable by nobody else, gone with the run.

`embedded` and `local` differ only in whose programs they start; this is the life cycle that they share.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers import directories
from migcheck.providers.account import server_account
from migcheck.providers.cluster import PORT, SUPERUSER, environment, initdb_command, server_command
from migcheck.providers.installation import Installation, copy_programs
from migcheck.providers.lifeline import Lifeline, lifeline

_LOG_LINES = 20


@dataclass(frozen=True, slots=True)
class PrivateServer:
    """A running private server; see `base.Server`."""

    address: ServerAddress
    provider: str
    version: str
    run: str
    log: Path

    def log_tail(self) -> str:
        """The last lines of the server's log."""
        return _tail(self.log)


@contextmanager
def private_server(
    provider: str, installation: Installation, locale: str = "C.UTF-8", timeout: float = 60.0
) -> Iterator[PrivateServer]:
    """Run a fresh server for the length of the block.

    `locale` is the cluster's (encoding UTF8), `timeout` the seconds it has to start. Raises UsageError for
    a locale that isn't there, ProviderError with the server's own words where it does not start.
    """
    deadline = time.monotonic() + timeout
    directories.sweep()
    with lifeline() as line:
        try:
            server, request = _prepare(line, provider, installation, locale)
        except OSError as error:
            what = f"cannot make the directories of a server of provider {provider}: {error}"
            raise ProviderError(what, _hint(str(error))) from error
        line.send(request)
        _wait_until_ready(server, line, deadline, timeout)
        yield server


def _prepare(
    line: Lifeline, provider: str, installation: Installation, locale: str
) -> tuple[PrivateServer, dict[str, Any]]:
    """Make the directories; returns the server to be and what the keeper has to do for it."""
    account = server_account()
    home = directories.make_for_data(account, line.announce)
    line.directories.append(home)
    sockets = home
    if not directories.short_enough(home.path / "socket"):
        sockets = directories.make_for_sockets(account, line.announce)
        line.directories.append(sockets)
    if not installation.reachable(account):
        programs = directories.make_for_programs(account, line.announce)
        line.directories.append(programs)
        installation = copy_programs(installation, programs.path)
    data = home.folder(directories.DATA, account)
    listening = str(sockets.folder("socket", account))
    server = PrivateServer(
        address=ServerAddress("postgresql", listening, PORT, SUPERUSER, None, "postgres", private=True),
        provider=provider,
        version=installation.version,
        run=databases.new_run(),
        log=home.path / "log",
    )
    request = {
        "initdb": initdb_command(installation, data, locale),
        "server": server_command(installation, data, listening),
        "environment": environment(),
        "uid": account.uid if account.switch else None,
        "gid": account.gid if account.switch else None,
        "data": str(data),
        "log": str(server.log),
        "locks": [str(directory.path / directories.LOCK) for directory in line.directories],
    }
    return server, request


def _wait_until_ready(server: PrivateServer, line: Lifeline, deadline: float, timeout: float) -> None:
    """Return when a query is answered; raise ProviderError when something fails or takes too long."""
    started = False
    while time.monotonic() < deadline:
        event = line.event(0.005 if started else deadline - time.monotonic())
        if event is not None:
            _raise_if_failed(event, server)
            started = True
        if started and _answers(server.address):
            return
    raise ProviderError(
        f"the {server.provider} server (PostgreSQL {server.version}) did not answer within {timeout:g} s",
        "Is the machine very busy, or its disk very slow?",
        server.log_tail() or None,
    )


def _raise_if_failed(event: dict[str, Any], server: PrivateServer) -> None:
    what = f"the {server.provider} server (PostgreSQL {server.version}) does not start"
    if event["event"] == "initdb failed":
        details = _last_lines(event["output"])
        raise ProviderError(f"{what}: initdb: {_reason(details, event['code'])}", _hint(details), details)
    if event["event"] == "ended":
        details = server.log_tail()
        raise ProviderError(f"{what}: {_reason(details, event['code'])}", _hint(details), details)
    if event["event"] == "failed":
        raise ProviderError(f"{what}: {event['output']}", _hint(event["output"]))
    if event["event"] == "gone":
        raise ProviderError(f"{what}: its keeper process died", "Was it killed, for want of memory perhaps?")


def _reason(output: str, code: int) -> str:
    """The line that tells why, of what initdb or the server wrote."""
    for line in output.splitlines():
        for mark in ("FATAL:", "PANIC:", "error:", "could not"):
            if mark in line:
                return line[line.index(mark) :].strip()
    return f"exit code {code}"


def _hint(output: str) -> str | None:
    if "No space left" in output:
        return "The disk is full: free some space, or point TMPDIR to a folder that has it."
    if "could not look up effective user ID" in output:
        return "Run as root or a user with a line in /etc/passwd, or use --database with a server's URL."
    if "could not map anonymous shared memory" in output or "Cannot allocate memory" in output:
        return "The system gives no memory: a container needs about 300 MB for a server."
    return None


def _answers(address: ServerAddress) -> bool:
    try:
        with databases.connect(address) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except DatabaseError:
        return False


def _tail(log: Path) -> str:
    try:
        return _last_lines(log.read_text(encoding="utf8", errors="replace"))
    except OSError:
        return ""


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_LOG_LINES:])
