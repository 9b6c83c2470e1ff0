"""A private server: made for one run, reachable by nobody else, gone with the run.

`embedded` and `local` differ only in whose programs they start; this is the life cycle that they share.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers import directories, keeper
from migcheck.providers.account import server_account
from migcheck.providers.cluster import PORT, SUPERUSER, environment, initdb_command, server_command
from migcheck.providers.directories import RunDirectory
from migcheck.providers.installation import Installation, copy_programs

_LOG_LINES = 20
_END_PATIENCE = 20.0  # seconds for the keeper to clean up before the parent does it


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
    with ExitStack() as stack:
        try:
            server, request, locks = _prepare(stack, provider, installation, locale)
        except OSError as error:
            raise ProviderError(
                f"no room for a server of provider {provider}: {error}", _hint(str(error))
            ) from error
        process = stack.enter_context(_keeper(request, locks))
        _wait_until_ready(server, process, deadline, timeout)
        yield server


def _prepare(
    stack: ExitStack, provider: str, installation: Installation, locale: str
) -> tuple[PrivateServer, dict[str, Any], list[int]]:
    """Make the directories, which `stack` removes again.

    Returns the server to be, what the keeper has to do, and the descriptors of the directories' locks.
    """
    account = server_account()
    home = _held(stack, directories.make_for_data(account))
    owned = [home]
    sockets = home
    if not directories.short_enough(home.path / "socket"):
        sockets = _held(stack, directories.make_for_sockets(account))
        owned.append(sockets)
    if not installation.reachable(account):
        programs = _held(stack, directories.make_for_programs(account))
        owned.append(programs)
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
        "directories": [str(directory.path) for directory in owned],
    }
    return server, request, [directory.lock for directory in owned]


def _held(stack: ExitStack, directory: RunDirectory) -> RunDirectory:
    stack.callback(directory.release)
    return directory


@contextmanager
def _keeper(request: dict[str, Any], locks: list[int]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the keeper; at the end cut its life line and wait until it has cleaned up."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", keeper.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        pass_fds=locks,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):  # it died at once; who waits for its answer will say so
            process.stdin.write(json.dumps(request).encode() + b"\n")
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(_END_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.returncode != 0:
            keeper.stop_server(request["data"])
        process.stdout.close()


def _wait_until_ready(
    server: PrivateServer, process: subprocess.Popen[bytes], deadline: float, timeout: float
) -> None:
    """Return when a query is answered; raise ProviderError when something fails or takes too long."""
    assert process.stdout is not None
    started = False
    while time.monotonic() < deadline:
        patience = 0.005 if started else deadline - time.monotonic()
        if select.select([process.stdout], [], [], max(patience, 0))[0]:
            _raise_if_failed(process.stdout.readline(), server)
            started = True
        if started and _answers(server.address):
            return
    raise ProviderError(
        f"the {server.provider} server (PostgreSQL {server.version}) did not answer within {timeout:g} s",
        "Is the machine very busy, or its disk very slow?",
        server.log_tail() or None,
    )


def _raise_if_failed(line: bytes, server: PrivateServer) -> None:
    what = f"the {server.provider} server (PostgreSQL {server.version}) does not start"
    event: dict[str, Any] = json.loads(line) if line.strip() else {"event": "gone"}
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
                return line.strip()
    return f"exit code {code}"


def _hint(output: str) -> str | None:
    if "No space left" in output:
        return "The disk is full: free some space, or point TMPDIR to a folder that has it."
    if "shared memory" in output or "Cannot allocate memory" in output:
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
