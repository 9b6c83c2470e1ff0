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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migcheck import __version__
from migcheck.dialects import dialect_of
from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.model import State
from migcheck.progress import Progress
from migcheck.providers import Provider, Server, archive
from migcheck.settings import Settings
from migcheck.settings.fields import PARTS
from migcheck.walk.states import digest

if TYPE_CHECKING:
    from migcheck.providers.private import PrivateProvider, PrivateServer

_FORMAT = 1
_NAME = re.compile(r"state-[0-9a-f]{16}\.tar\.gz")
_UNFINISHED = re.compile(r"state-[0-9a-f]{16}\.tar\.gz\.[0-9]+")
_ABANDONED = 3600.0  # seconds after which nobody is writing an unfinished file any more
_PRIVATE = ("embedded", "local")  # providers whose servers' data directories are files of ours
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

    def __init__(self, folder: Path, config: Path, settings: Settings, provider: PrivateProvider) -> None:
        """Raises MigcheckError where the provider has no server."""
        self._folder = folder
        self._config = config
        programs = provider.installation()
        self._made_with = {
            "format": _FORMAT,
            "migcheck": __version__,
            "server": [programs.product, programs.version, provider.locale],
            "system": [sys.platform, platform.machine(), *platform.libc_ver()],
            "python": platform.python_version(),
            "packages": _packages(),
            "configuration": [digest(str(config)), settings.name, list(settings.x), list(settings.url_env)],
            "environment": _sha256(json.dumps(settings.env)),
            "beginning": [[digest(path) for path in settings.setup], list(settings.stamp)],
        }

    def find(self) -> tuple[Path, State] | None:
        """The file of the longest state of which no file has changed, and what it holds.

        Whether revisions have come between those that it stands on is for who knows the history.
        """
        now = cache(digest)
        for entry in sorted(entries(self._folder), key=lambda entry: -len(entry.revisions)):
            if entry.made_with != self._made_with:
                continue
            files = tuple((self._absolute(name), known) for name, known in entry.files)
            if all(now(file) == known for file, known in files):
                with suppress(OSError):
                    os.utime(entry.path)
                return entry.path, State(entry.database, entry.revisions, tuple(sorted(files)))
        return None

    def keep(self, server: PrivateServer, state: State) -> None:
        """Stop the server, and keep `state` of it. Raises OSError, ProviderError."""
        base = os.path.realpath(self._config.parent)
        files = [[os.path.relpath(file, base), known] for file, known in state.files]
        made_of = {"made_with": self._made_with, "revisions": state.revisions, "files": files}
        name = f"state-{_sha256(json.dumps(made_of))[:16]}.tar.gz"
        header = {**made_of, "config": str(self._config), "database": state.database}
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make_room()
        unfinished = self._folder / f"{name}.{os.getpid()}"
        try:
            server.pack(json.dumps(header).encode(), unfinished)
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


class Kept:
    """What a run takes out of the cache and puts into it.

    Nothing, unless a part of a history is verified, on a PostgreSQL server of its own. `state` is the one to
    be kept, once there is one.
    """

    def __init__(self, provider: Provider, settings: Settings, config: Path) -> None:
        self.state: State | None = None
        self._provider, self._settings, self._config = provider, settings, config
        self._shelf: Shelf | None = None
        self._found: tuple[Path, State] | None = None

    @property
    def wanted(self) -> bool:
        """Whether there is a place for `state`."""
        return self._shelf is not None

    @property
    def restored(self) -> State | None:
        """A state of an earlier run, which is on the server."""
        return self._found[1] if self._found is not None else None

    @contextmanager
    def server(self) -> Iterator[Server]:
        """The provider's server, with what there is in the cache; what is damaged there is removed.

        Raises UsageError for a cache that is no folder.
        """
        self._shelf = _shelf(self._provider, self._settings, self._config)
        self._found = self._shelf.find() if self._shelf is not None else None
        with ExitStack() as stack:
            yield self._start(stack)

    def _start(self, stack: ExitStack) -> Server:
        if self._found is not None:
            from migcheck.providers.private import PrivateProvider

            assert isinstance(self._provider, PrivateProvider)
            try:
                return stack.enter_context(self._provider.start(self._found[0]))
            except ProviderError:
                with suppress(OSError):
                    self._found[0].unlink(missing_ok=True)
                self._found = None
        return stack.enter_context(self._provider.start())

    def put_away(self, server: Server, progress: Progress) -> tuple[str, ...]:
        """Keep `state`, where there is one, for which the server is stopped; what the report should say."""
        from migcheck.providers.private import PrivateServer

        if self.state is None or self._shelf is None:
            return ()
        assert isinstance(server, PrivateServer)
        progress.note("keeping the state before that part for the next run")
        dialect = dialect_of(server.address.dialect)
        try:
            names = dialect.names(server.address, server.run)
            if self.state.database not in names:  # dropped with all others, for roles that came up later
                return ()
            for name in names:
                if name != self.state.database:
                    dialect.drop(server.address, name)
            self._shelf.keep(server, self.state)
        except (OSError, MigcheckError) as error:
            return (f"the state before that part could not be kept for the next run: {error}",)
        return ()


def _shelf(provider: Provider, settings: Settings, config: Path) -> Shelf | None:
    part = any(getattr(settings, name) is not None for name in (*PARTS, "shard"))
    if not part or not settings.cache or provider.name not in _PRIVATE or provider.dialect != "postgresql":
        return None
    from migcheck.providers.private import PrivateProvider

    assert isinstance(provider, PrivateProvider)
    return Shelf(folder_of(settings.cache_dir), config, settings, provider)


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
