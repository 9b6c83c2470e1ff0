"""A private server: made for one run, reachable by nobody else, gone with the run.

`embedded` and `local` differ only in whose programs they start; this is the life cycle that they share.
"""

from __future__ import annotations

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migcheck.dialects.names import new_run
from migcheck.errors import ProviderError
from migcheck.model import ServerAddress
from migcheck.providers import archive, directories
from migcheck.providers.account import server_account
from migcheck.providers.installation import Folders, Installation, environment
from migcheck.providers.lifeline import Lifeline, lifeline

_LOG_LINES = 20
_STOP_PATIENCE = 30.0  # seconds for a checkpoint and the end

# What may befall every server.
_HINTS = (
    ("No space left", "The disk is full: free some space, or point TMPDIR to a folder that has it."),
    (
        "Cannot allocate memory",
        "The system gives no memory: a container needs about 300 MB for a server.",
    ),
)


@dataclass(frozen=True, slots=True)
class PrivateServer:
    """A running private server; see `base.Server`."""

    address: ServerAddress
    provider: str
    version: str
    run: str
    log: Path
    data: Path
    line: Lifeline = field(repr=False)
    notes: tuple[str, ...] = ()

    def log_tail(self) -> str:
        """The last lines of the server's log."""
        return _tail(self.log)

    def pack(self, header: bytes, file: Path) -> None:
        """Stop the server in order, and pack its data directory into `file`; only for PostgreSQL's.

        Raises ProviderError where it does not stop, OSError where the file cannot be written.
        """
        pid = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
        os.kill(int(pid), signal.SIGINT)  # a "fast" shutdown: sessions are ended, a checkpoint is made
        event = self.line.event(_STOP_PATIENCE)
        if event is None or event["event"] != "ended" or event["code"] != 0:
            raise ProviderError(
                f"the {self.provider} server did not stop in order", None, self.log_tail() or None
            )
        archive.pack(self.data, header, file)


class PrivateProvider(ABC):
    """A provider of private servers."""

    name: str
    dialect: str
    locale: str

    @abstractmethod
    def installation(self) -> Installation:
        """The programs to run. Raises MigcheckError where there are none."""

    def start(self, packed: Path | None = None) -> AbstractContextManager[PrivateServer]:
        """A server, see `private_server`; a fresh one, or one with a data directory that was `packed`."""
        return private_server(self.name, self.installation(), self.locale, packed=packed)


@contextmanager
def private_server(
    provider: str,
    installation: Installation,
    locale: str = "C.UTF-8",
    timeout: float = 60.0,
    packed: Path | None = None,
) -> Iterator[PrivateServer]:
    """Run a server for the length of the block.

    `locale` is that of PostgreSQL's cluster (encoding UTF8), `timeout` the seconds that the server has to
    start, `packed` a file that `PrivateServer.pack` wrote, for a data directory that is not a fresh one.
    Raises UsageError for a locale that isn't there, ProviderError for a file that is damaged, and with the
    server's own words where it does not start.
    """
    directories.sweep()
    with lifeline() as line:
        start = _Start(provider, installation, locale, line, timeout, packed)
        server = start.prepare()
        start.wait_until_ready(server)
        yield server


class _Start:
    """The start of one private server; `timeout` seconds are left for it from now on."""

    def __init__(
        self,
        provider: str,
        installation: Installation,
        locale: str,
        line: Lifeline,
        timeout: float,
        packed: Path | None,
    ) -> None:
        self._provider = provider
        self._installation = installation
        self._locale = locale
        self._line = line
        self._packed = packed
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._title = f"{installation.product} {installation.version}"

    def prepare(self) -> PrivateServer:
        """Make the directories, and tell the keeper what to do for the server to be."""
        try:
            return self._prepare()
        except OSError as error:
            raise ProviderError(
                f"cannot make the directories of a server of provider {self._provider}: {error}",
                self._hint(str(error)),
            ) from error

    def _prepare(self) -> PrivateServer:
        line, account = self._line, server_account()
        home = directories.make_for_data(account, line.announce)
        line.directories.append(home)
        sockets = home
        if not directories.short_enough(home.path / "socket"):
            sockets = directories.make_for_sockets(account, line.announce)
            line.directories.append(sockets)
        installation = self._installation
        if not installation.reachable(account):
            programs = directories.make_for_programs(account, line.announce)
            line.directories.append(programs)
            installation = installation.copied(programs.path)
        folders = Folders(
            data=home.folder(directories.DATA, account),
            socket=sockets.folder("socket", account),
            temporary=home.folder("temporary", account),
        )
        launch = installation.launch(folders, self._locale)
        script = home.path / "script"
        script.write_text(launch.script, encoding="utf8")
        if self._packed is not None:
            archive.unpack(self._packed, folders.data, account)
        log, version = home.path / "log", installation.version
        server = PrivateServer(launch.address, self._provider, version, new_run(), log, folders.data, line)
        line.send(
            {
                "initialise": launch.initialise if self._packed is None else [],
                "script": str(script),
                "server": launch.serve,
                "environment": environment(),
                "uid": account.uid if account.switch else None,
                "gid": account.gid if account.switch else None,
                "data": str(folders.data),
                "pid file": launch.pid_file,
                "log": str(server.log),
                "locks": [str(directory.path / directories.LOCK) for directory in line.directories],
            }
        )
        return server

    def wait_until_ready(self, server: PrivateServer) -> None:
        """Return when a query is answered; raise ProviderError when something fails or takes too long."""
        started = False
        while time.monotonic() < self._deadline:
            event = self._line.event(0.005 if started else self._deadline - time.monotonic())
            if event is not None:
                self._raise_if_failed(event, server)
                started = True
            if started and self._installation.answers(server.address):
                return
        raise ProviderError(
            f"the {self._provider} server ({self._title}) did not answer within {self._timeout:g} s",
            "Is the machine very busy, or its disk very slow?",
            server.log_tail() or None,
        )

    def _raise_if_failed(self, event: dict[str, Any], server: PrivateServer) -> None:
        what = f"the {self._provider} server ({self._title}) does not start"
        if event["event"] == "not initialised":
            details = _last_lines(event["output"])
            reason = f"{event['program']}: {self._reason(event['output'], event['code'])}"
            raise ProviderError(f"{what}: {reason}", self._hint(event["output"]), details)
        if event["event"] == "ended":
            details = server.log_tail()
            raise ProviderError(
                f"{what}: {self._reason(details, event['code'])}", self._hint(details), details
            )
        if event["event"] == "failed":
            raise ProviderError(f"{what}: {event['output']}", self._hint(event["output"]))
        if event["event"] == "gone":
            raise ProviderError(
                f"{what}: its keeper process died", "Was it killed, for want of memory perhaps?"
            )

    def _reason(self, output: str, code: int) -> str:
        """The line that tells why, of what the programs wrote."""
        for line in output.splitlines():
            for mark in self._installation.marks:
                if mark in line:
                    return line[line.index(mark) :].strip()
        return f"exit code {code}"

    def _hint(self, output: str) -> str | None:
        hints = (*self._installation.hints, *_HINTS)
        return next((hint for words, hint in hints if words in output), None)


def _tail(log: Path) -> str:
    try:
        return _last_lines(log.read_text(encoding="utf8", errors="replace"))
    except OSError:
        return ""


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_LOG_LINES:])
