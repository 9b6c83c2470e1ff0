"""The programs of a database server that is installed somewhere: what `local` and `embedded` run."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from migcheck.errors import ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.account import Account

_TIMEOUT = 20  # seconds


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one private server; they belong to the user that it runs as, and nobody else enters."""

    data: Path
    socket: Path
    temporary: Path


@dataclass(frozen=True, slots=True)
class Launch:
    """What it takes to run a private server.

    `initialise` is the command that fills the data folder, `script` what it reads from standard input;
    `serve` the command that runs the server, which answers at `address` and writes its process's number to
    `pid_file` in the data folder (a name that `keeper.ENDINGS` knows).
    """

    initialise: list[str]
    serve: list[str]
    address: ServerAddress
    pid_file: str
    script: str = ""


class Installation(Protocol):
    """The installed programs of one server."""

    @property
    def product(self) -> str:
        """What people call it: PostgreSQL."""
        ...

    @property
    def version(self) -> str:
        """Such as `18.4`."""
        ...

    @property
    def bin(self) -> Path:
        """The folder that its programs are in."""
        ...

    @property
    def order(self) -> tuple[int, ...]:
        """To sort versions of one product by."""
        ...

    @property
    def supported(self) -> bool:
        """Whether migcheck works with this version."""
        ...

    @property
    def marks(self) -> tuple[str, ...]:
        """What begins the words that tell why it failed, in a line of output of its programs."""
        ...

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """What to do where certain words are in that output."""
        ...

    def reachable(self, account: Account) -> bool:
        """Whether `account` can run the programs where they are."""
        ...

    def copied(self, target: Path) -> Installation:
        """The same, copied into `target` for all to execute; raises ProviderError where that cannot be."""
        ...

    def launch(self, folders: Folders, locale: str) -> Launch:
        """How to run a private server; raises UsageError for a locale that isn't there."""
        ...

    def answers(self, address: ServerAddress) -> bool:
        """Whether the server at `address` answers a query."""
        ...


def version_text(program: Path) -> str:
    """What `program --version` writes; raises ProviderError where it doesn't run."""
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProviderError(
            f"{program} does not run: {error}", "Was it made for this system and processor?"
        ) from error
    if done.returncode != 0 or not done.stdout.strip():
        raise untold(program, done.stderr or done.stdout or f"exit code {done.returncode}")
    return done.stdout


def untold(program: Path, said: str) -> ProviderError:
    """The error for a program that is asked for its version and says something else."""
    return ProviderError(
        f"{program} does not tell its version: {said.strip()}", "Is it the program of a database server?"
    )


def environment() -> dict[str, str]:
    """The environment of all of them: nothing the user has set for clients or other servers (PGDATA, LC_ALL).

    TZ spares initdb a search through all time zones; LC_ALL keeps messages in English, and keeps macOS from
    starting threads that PostgreSQL then refuses to run with.
    """
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"TZ": "UTC", "LC_ALL": "C"}
