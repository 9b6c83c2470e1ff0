"""A private server: made for one run, reachable by nobody else, gone with the run.

`embedded` and `local` differ only in whose programs they start; this is the life cycle that they share.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError, ProviderError, UsageError
from migcheck.model import ServerAddress
from migcheck.providers import directories, keeper
from migcheck.providers.account import server_account
from migcheck.providers.directories import RunDirectory
from migcheck.providers.installation import Installation, copy_programs

_SUPERUSER = "postgres"
_PORT = 5432  # names the socket; nothing listens on TCP
_LOG_LINES = 20
_END_PATIENCE = 20.0  # seconds for the keeper to clean up before the parent does it
_LC_COLLATE_AND_CTYPE = 3  # mask of newlocale: both in macOS, LC_CTYPE and LC_NUMERIC in glibc

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    # A table takes a lock for each of its indexes and constraints, and one transaction may drop a thousand.
    "max_locks_per_transaction": "1024",
    "max_prepared_transactions": "10",
    "shared_buffers": "128MB",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    # Nothing here has to survive a crash of the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Autovacuum takes locks and rewrites statistics at moments of its own: results must not depend on them.
    "autovacuum": "off",
    "jit": "off",
    "TimeZone": "UTC",
    "log_timezone": "UTC",
    # Anonymous mappings and files in the data directory go away with the server even after kill -9;
    # POSIX segments in /dev/shm don't.
    "shared_memory_type": "mmap",
    "dynamic_shared_memory_type": "mmap",
    "logging_collector": "off",
    "log_line_prefix": "",
    "log_checkpoints": "off",
}


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
    directories.sweep()
    account = server_account()
    deadline = time.monotonic() + timeout
    with ExitStack() as stack:
        home = _held(stack, directories.make_for_data(account))
        owned = [home]
        sockets = home.path
        if not directories.short_enough(home.path / "socket"):
            owned.append(_held(stack, directories.make_for_sockets(account)))
            sockets = owned[-1].path
        if not installation.reachable(account):
            owned.append(_held(stack, directories.make_for_programs(account)))
            installation = copy_programs(installation, owned[-1].path)
        data = home.folder(directories.DATA, account)
        address = ServerAddress(
            dialect="postgresql",
            host=str(next(run for run in owned if run.path == sockets).folder("socket", account)),
            port=_PORT,
            user=_SUPERUSER,
            password=None,
            database="postgres",
            private=True,
        )
        log = home.path / "log"
        server = PrivateServer(address, provider, installation.version, databases.new_run(), log)
        request = {
            "initdb": _initdb(installation, data, locale),
            "server": _postmaster(installation, data, address.host),
            "environment": _environment(),
            "uid": account.uid if account.switch else None,
            "gid": account.gid if account.switch else None,
            "data": str(data),
            "log": str(server.log),
            "directories": [str(run.path) for run in owned],
        }
        process = stack.enter_context(_keeper(request, [run.lock for run in owned]))
        _wait_until_ready(server, process, deadline, timeout)
        yield server


def _held(stack: ExitStack, directory: RunDirectory) -> RunDirectory:
    stack.callback(directory.release)
    return directory


def _initdb(installation: Installation, data: Path, locale: str) -> list[str]:
    command = [str(installation.bin / "initdb"), "-D", str(data), "-U", _SUPERUSER, "-E", "UTF8"]
    # Who may connect is decided by the mode of the socket's directory.
    command += ["--auth=trust", "--no-sync", "--lc-messages=C", "--no-instructions"]
    if installation.major < 14:
        command.remove("--no-instructions")
    if installation.major >= 18:
        command.append("--no-data-checksums")
    if _system_has(locale):
        return [*command, f"--locale={locale}"]
    if locale.upper().replace("-", "") != "C.UTF8":
        raise UsageError(
            f"this system has no locale {locale!r}",
            "`locale -a` lists those that there are; C.UTF-8 always works here.",
        )
    if installation.major >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*command, "--locale=C"]


def _system_has(locale: str) -> bool:
    """Whether the C library knows the locale; asked without changing this process's own."""
    library = ctypes.CDLL(None)
    library.newlocale.restype = ctypes.c_void_p
    library.newlocale.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p]
    found = library.newlocale(_LC_COLLATE_AND_CTYPE, os.fsencode(locale), None)
    if found:
        library.freelocale.argtypes = [ctypes.c_void_p]
        library.freelocale(found)
    return bool(found)


def _postmaster(installation: Installation, data: Path, sockets: str) -> list[str]:
    settings = {**_SETTINGS, "unix_socket_directories": f'"{sockets}"', "port": str(_PORT)}
    if installation.major >= 18:
        settings["io_method"] = "sync"  # no worker processes for a small database in memory
    command = [str(installation.bin / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _environment() -> dict[str, str]:
    """Nothing that the user has set for clients or other servers (PGDATA, PGPORT, LC_ALL ...)."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"TZ": "UTC"}


@contextmanager
def _keeper(request: dict[str, Any], locks: list[int]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the keeper; at the end cut its life line and wait until it has cleaned up."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", keeper.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=locks,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
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
