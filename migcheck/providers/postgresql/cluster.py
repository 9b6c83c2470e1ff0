"""How a private server's cluster is made and run: the commands and the server's settings."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from migcheck.errors import UsageError

SUPERUSER = "postgres"
PORT = 5432  # names the socket; nothing listens on TCP

_LC_COLLATE_AND_CTYPE = 3  # mask of newlocale: both in macOS, LC_CTYPE and LC_NUMERIC in glibc

# For any server that is thrown away. What is not here is as in production by default, such as wal_level.
DISPOSABLE = {
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
    "log_checkpoints": "off",
}

_SETTINGS = {
    **DISPOSABLE,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    # Anonymous mappings and files in the data directory go away with the server even after kill -9;
    # POSIX segments in /dev/shm don't.
    "shared_memory_type": "mmap",
    "dynamic_shared_memory_type": "mmap",
    "logging_collector": "off",
    "log_line_prefix": "",
}


def initdb_command(programs: Path, major: int, data: Path, locale: str) -> list[str]:
    """The command that makes an empty cluster in `data`, with the programs of version `major`.

    Raises UsageError for a locale that isn't there.
    """
    command = [str(programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "-E", "UTF8"]
    # Who may connect is decided by the mode of the socket's directory.
    command += ["--auth=trust", "--no-sync", "--lc-messages=C", "--no-instructions"]
    if major < 14:
        command.remove("--no-instructions")
    if major >= 18:
        command.append("--no-data-checksums")
    if _system_has(locale):
        return [*command, f"--locale={locale}"]
    if locale.upper().replace("-", "") != "C.UTF8":
        raise UsageError(
            f"this system has no locale {locale!r}",
            "`locale -a` lists those that there are; C.UTF-8 always works here.",
        )
    if major >= 17:
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


def server_command(programs: Path, major: int, data: Path, sockets: Path) -> list[str]:
    """The command that runs the server of `data`, listening in the folder `sockets`."""
    settings = {**_SETTINGS, "unix_socket_directories": f'"{sockets}"', "port": str(PORT)}
    if major >= 18:
        settings["io_method"] = "sync"  # no worker processes for a small database in memory
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command
