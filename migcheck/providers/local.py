"""`local`: a private server from the PostgreSQL that is installed on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.providers.base import Availability
from migcheck.providers.installation import OLDEST, Installation, has_programs, installation_in
from migcheck.providers.private import PrivateServer, private_server

# Where packages put versions side by side, outside PATH.
_PACKAGES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # packages of postgresql.org for Red Hat and its kin
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",  # Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_INSTALL = (
    "Install one (Debian: apt-get install postgresql; macOS: brew install postgresql),"
    " or say where it is: --database local:BINDIR."
)


class LocalProvider:
    """A private server from installed binaries.

    `bindir` is the folder to take them from; without it all known places are searched, and the newest version
    wins, or the newest of `major`.
    """

    name = "local"

    def __init__(self, bindir: Path | None = None, major: int | None = None, locale: str = "C.UTF-8") -> None:
        self.bindir = bindir
        self.major = major
        self.locale = locale

    def installation(self) -> Installation:
        """The binaries to use.

        Raises UsageError for a wrong folder or version, ProviderError where none are there.
        """
        if self.bindir is not None:
            return _given(self.bindir)
        found = installations()
        if not found:
            raise ProviderError("no PostgreSQL server is installed on this machine", _INSTALL)
        usable = [one for one in found if one.major >= OLDEST and self.major in (None, one.major)]
        if usable:
            return max(usable, key=lambda one: one.order)
        there = ", ".join(f"{one.version} in {one.bin}" for one in found)
        wanted = f"PostgreSQL {self.major}" if self.major else f"PostgreSQL {OLDEST} or newer"
        raise UsageError(f"no {wanted} is installed on this machine", f"These are there: {there}.")

    def availability(self) -> Availability:
        """Whether a server is installed, which one would be used, and where it is."""
        try:
            installation = self.installation()
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)
        return Availability(self.name, True, f"PostgreSQL {installation.version} in {installation.bin}")

    def start(self) -> AbstractContextManager[PrivateServer]:
        """A fresh server; see `private.private_server`."""
        return private_server(self.name, self.installation(), self.locale)


def _given(bindir: Path) -> Installation:
    for folder in (bindir, bindir / "bin"):
        if has_programs(folder):
            installation = _installation(folder)
            if installation.major < OLDEST:
                raise UsageError(
                    f"PostgreSQL {installation.version} in {folder} is too old",
                    f"migcheck works with PostgreSQL {OLDEST} and newer.",
                )
            return installation
    raise UsageError(
        f"--database local: no PostgreSQL server in {bindir}",
        "It must be the folder that holds the programs postgres and initdb; `pg_config --bindir` may tell.",
    )


def installations() -> list[Installation]:
    """All installed servers that run, in the order in which they are found; each once."""
    found = []
    seen = set()
    for folder in _folders():
        resolved = folder.resolve()
        if resolved in seen or not has_programs(resolved):
            continue
        seen.add(resolved)
        try:
            found.append(_installation(resolved))
        except ProviderError:
            continue  # the remains of one, or of another processor's
    return found


def _installation(folder: Path) -> Installation:
    folder = folder.resolve()
    prefix = folder.parent
    movable = (prefix / "lib").is_dir() and (prefix / "share").is_dir()
    return installation_in(folder, tree=prefix if movable else None)


def _folders() -> Iterator[Path]:
    for entry in os.get_exec_path():
        if entry and has_programs(Path(entry)):
            yield (Path(entry) / "postgres").resolve().parent
    for pattern in _PACKAGES:
        yield from sorted(Path("/").glob(pattern[1:]))
    config = shutil.which("pg_config")
    if config is not None:
        try:
            done = subprocess.run(
                [config, "--bindir"], capture_output=True, text=True, timeout=10, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return
        yield Path(done.stdout.strip())
