"""States of databases that are kept from run to run, a file each, for a part of a history to begin with.

A state is used only as long as nothing has changed that it was made of: the files that its revisions depend
on, env.py, the configuration, the server, the installed packages and migcheck itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from migcheck import __version__
from migcheck.errors import UsageError
from migcheck.model import State
from migcheck.providers import archive
from migcheck.settings import Settings
from migcheck.walk.states import digest

_FORMAT = 2
_NAME = re.compile(r"state-[0-9a-f]{16}\.tar\.gz")
_UNFINISHED = re.compile(r"state-[0-9a-f]{16}\.tar\.gz\.[0-9]+")
_ABANDONED = 3600.0  # seconds after which nobody is writing an unfinished file any more
_MOST = 20  # states that are kept; those that were not used for the longest time go


@dataclass(frozen=True, slots=True)
class Entry:
    """A state in the cache: its file, what made it (see `Shelf`), and the revisions that have been applied.

    `files` are relative to the folder of the configuration; `used` is in seconds since the epoch.
    """

    path: Path
    config: str
    made_with: dict[str, Any]
    database: str
    revisions: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    size: int
    used: float


def folder_of(setting: str | None) -> Path:
    """The folder of the cache: as set, or the user's own for caches. Raises UsageError for no folder."""
    if setting is None:
        from platformdirs import user_cache_path

        return user_cache_path("migcheck")
    folder = Path(setting).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            f"--cache-dir {setting}: not a folder", "name a folder; it is made where it is missing"
        )
    return folder


def entries(folder: Path) -> list[Entry]:
    """What is in the cache, last used first; damaged files and those of other formats are left out."""
    read = (_entry(path) for path in _files(folder, _NAME))
    return sorted(filter(None, read), key=lambda entry: -entry.used)


def clear(folder: Path) -> int:
    """Remove all states, the damaged ones too; how many there were. Raises OSError."""
    number = 0
    for path in [*_files(folder, _NAME), *_files(folder, _UNFINISHED)]:
        path.unlink(missing_ok=True)
        number += 1
    return number


class Shelf:
    """The states of one project on one kind of server."""

    def __init__(self, folder: Path, config: Path, settings: Settings, server: list[str]) -> None:
        """`server` is what tells kinds of servers apart, as their states are."""
        self._folder = folder
        self._config = config
        self._made_with = {
            "format": _FORMAT,
            "migcheck": __version__,
            "server": server,
            "system": [sys.platform, platform.machine(), *platform.libc_ver()],
            "python": platform.python_version(),
            "packages": _packages(),
            "configuration": [digest(str(config)), settings.name, list(settings.x), list(settings.url_env)],
            "environment": _sha256(json.dumps(settings.env)),
            "beginning": [[digest(path) for path in settings.setup], list(settings.stamp)],
        }

    def find(self) -> Entry | None:
        """The longest state of which no file has changed.

        Whether revisions have come between those that it stands on is for who knows the history.
        """
        now = cache(digest)
        for entry in sorted(entries(self._folder), key=lambda entry: -len(entry.revisions)):
            if entry.made_with == self._made_with and all(
                now(self._absolute(name)) == known for name, known in entry.files
            ):
                with suppress(OSError):
                    os.utime(entry.path)
                return entry
        return None

    def state(self, entry: Entry) -> State:
        """What an entry holds."""
        files = tuple(sorted((self._absolute(name), known) for name, known in entry.files))
        return State(entry.database, entry.revisions, files)

    def keep(self, state: State, write: Callable[[bytes, Path], None]) -> None:
        """Keep `state`, which `write` writes to a file, after a header. Raises OSError and what it raises."""
        base = os.path.realpath(self._config.parent)
        files = [[os.path.relpath(file, base), known] for file, known in state.files]
        made_of = {"made_with": self._made_with, "revisions": state.revisions, "files": files}
        name = f"state-{_sha256(json.dumps(made_of))[:16]}.tar.gz"
        header = {**made_of, "config": str(self._config), "database": state.database}
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make_room()
        unfinished = self._folder / f"{name}.{os.getpid()}"
        try:
            write(json.dumps(header).encode(), unfinished)
            unfinished.replace(self._folder / name)
        finally:
            unfinished.unlink(missing_ok=True)

    def _make_room(self) -> None:
        used = sorted(_files(self._folder, _NAME), key=lambda path: -_used(path))
        abandoned = (f for f in _files(self._folder, _UNFINISHED) if _used(f) < time.time() - _ABANDONED)
        for path in [*used[_MOST - 1 :], *abandoned]:
            path.unlink(missing_ok=True)

    def _absolute(self, name: str) -> str:
        return os.path.realpath(self._config.parent / name)


def _files(folder: Path, pattern: re.Pattern[str]) -> Iterator[Path]:
    with suppress(OSError):
        yield from (path for path in sorted(folder.iterdir()) if pattern.fullmatch(path.name))


def _entry(path: Path) -> Entry | None:
    try:
        told, status = json.loads(archive.read_header(path)), path.stat()
        return Entry(
            path,
            str(told["config"]),
            dict(told["made_with"]),
            str(told["database"]),
            tuple(map(str, told["revisions"])),
            tuple((str(file), str(known)) for file, known in told["files"]),
            status.st_size,
            status.st_mtime,
        )
    except (*archive.BROKEN, TypeError, AttributeError):
        return None


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _packages() -> str:
    installed = {f"{each.name} {each.version}" for each in distributions()}
    return _sha256("\n".join(sorted(installed)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
