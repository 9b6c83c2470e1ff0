"""The directories of one private server: where they may be, who holds them, and what dead runs left.

Each is named `migcheck-<token>` and holds a lock file on which parent and keeper have a shared lock (flock)
as long as they live. A directory whose lock can be had alone belongs to nobody any more.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from migcheck.errors import ProviderError
from migcheck.providers import keeper
from migcheck.providers.account import Account

LOCK = ".migcheck-lock"
DATA = "data"

Announce = Callable[[Path], None]

_NAME = re.compile(r"migcheck-[0-9a-f]{12}")
_MEMORY = Path("/dev/shm")
_ROOM_IN_MEMORY = 1 << 30  # bytes: an empty cluster takes 40 MB, a database 8 MB, WAL up to 256 MB
_ROOM_ON_DISK = 200 << 20
_SOCKET_PATH_LIMIT = 103  # bytes on macOS and BSD; Linux allows 107
_FRESH = 60.0  # seconds that a run has between making a directory and locking it


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """A directory of ours; `lock` is the open descriptor that holds its lock."""

    path: Path
    lock: int

    def release(self) -> None:
        """Stop its server and remove it, if the keeper hasn't, and let the lock go."""
        _clear(self.path)
        os.close(self.lock)

    def folder(self, name: str, account: Account) -> Path:
        """Make a folder in it that the server's user, and nobody else, can use."""
        folder = self.path / name
        folder.mkdir(mode=0o700)
        if account.switch:
            os.chown(folder, account.uid, account.gid)
        return folder


def make_for_data(account: Account, announce: Announce) -> RunDirectory:
    """A directory for the cluster: in memory where there is room, else in a temporary folder.

    This and the next two call `announce` with the path before they make anything, and raise ProviderError
    where no folder will do.
    """
    return _make([place for place in places() if _has_room(place)], account, announce, "data")


def make_for_sockets(account: Account, announce: Announce) -> RunDirectory:
    """A directory whose path leaves room for a socket's name within the kernel's limit."""
    short = [place for place in places() if short_enough(place / _new_name() / "socket")]
    return _make(short, account, announce, "socket")


def make_for_programs(account: Account, announce: Announce) -> RunDirectory:
    """A directory in which programs may be executed (containers mount /dev/shm with noexec)."""
    executable = [place for place in places() if not os.statvfs(place).f_flag & _noexec()]
    return _make(executable, account, announce, "programs")


def short_enough(directory: Path) -> bool:
    """Whether a server's socket fits into `directory` (sockets are files in it: `.s.PGSQL.5432`)."""
    return len(os.fsencode(directory / ".s.PGSQL.5432")) <= _SOCKET_PATH_LIMIT


def _new_name() -> str:
    return f"migcheck-{secrets.token_hex(6)}"


def _noexec() -> int:
    return getattr(os, "ST_NOEXEC", 0)


def places() -> list[Path]:
    """Folders for temporary files, best first."""
    names = [str(_MEMORY), tempfile.gettempdir(), "/tmp", "/var/tmp"]
    return [Path(name) for name in dict.fromkeys(names) if os.path.isdir(name)]


def _has_room(place: Path) -> bool:
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return False
    if place == _MEMORY:
        return free >= _ROOM_IN_MEMORY and _free_memory() >= 2 * _ROOM_IN_MEMORY
    return free >= _ROOM_ON_DISK


def _free_memory() -> int:
    """Bytes of memory that this machine can still give."""
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        return 0
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _make(candidates: list[Path], account: Account, announce: Announce, purpose: str) -> RunDirectory:
    for place in candidates:
        if not account.may_enter(place):
            continue
        path = place / _new_name()
        announce(path)
        try:
            path.mkdir(mode=0o700)
        except OSError:
            continue
        try:
            descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_SH)  # shared with the keeper
            # The server's user passes through to the folders that are its own; it owns nothing up here.
            path.chmod(0o711 if account.switch else 0o700)
        except OSError:
            keeper.remove(str(path))
            continue
        return RunDirectory(path, descriptor)
    wanted = f"{_ROOM_ON_DISK >> 20} MB free" if purpose == "data" else "a short path or no noexec flag"
    raise ProviderError(
        f"no folder for the server's {purpose} directory: none of {', '.join(map(str, places()))}"
        f" can be written and entered{f' by user {account.name}' if account.switch else ''} with {wanted}",
        "Free some space, or point TMPDIR to a folder that has it.",
    )


def sweep() -> None:
    """Remove what dead runs of this user left behind, their servers first; never what a live run holds."""
    for place in places():
        for path in _ours(place):
            _remove_if_dead(path)


def _ours(place: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if _NAME.fullmatch(entry.name) is None:
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
            yield Path(entry.path)


def _remove_if_dead(path: Path) -> None:
    try:
        descriptor = os.open(path / LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        _remove_if_abandoned(path)
        return
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # somebody lives there
    else:
        _clear(path)
    finally:
        os.close(descriptor)


def _clear(path: Path) -> None:
    if (path / DATA).is_dir():
        keeper.stop_server(str(path / DATA))
    keeper.remove(str(path))


def _remove_if_abandoned(path: Path) -> None:
    """A run that died before it locked its directory left it empty; what isn't empty isn't ours."""
    try:
        if time.time() - path.stat().st_mtime > _FRESH:
            path.rmdir()
    except OSError:
        pass
