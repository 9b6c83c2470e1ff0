"""One verification and one server for a whole run of pytest, with however many workers."""

from __future__ import annotations

import fcntl
import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from migcheck.errors import GuardError, MigcheckError
from migcheck.model import Report
from migcheck.providers import Server
from migcheck.providers.base import LoglessServer
from migcheck.pytest_plugin.settings import PluginSettings
from migcheck.settings import Settings


class Session:
    """What a process of pytest has of migcheck's; `shared` is a folder for all workers of xdist."""

    def __init__(self, shared: str | None) -> None:
        self._stack = ExitStack()
        self._folder = Path(shared or self._stack.enter_context(tempfile.TemporaryDirectory("migcheck")))
        self._projects: dict[str, Project] = {}

    def with_settings(self, given: PluginSettings) -> Project:
        """The project that these settings are of."""
        # The same in all workers: what tells projects apart is what is verified of them.
        key = repr(given)
        if key not in self._projects:
            number = len(self._projects)
            self._projects[key] = Project(given, self._folder / f"project-{number}", self._stack)
        return self._projects[key]

    def close(self) -> None:
        """End the servers and databases."""
        self._stack.close()


class Project:
    """One project: its report, and databases of it."""

    def __init__(self, given: PluginSettings, folder: Path, stack: ExitStack) -> None:
        folder.mkdir(exist_ok=True)
        self.given = given
        self._folder = folder
        self._stack = stack
        self._outcome: Report | MigcheckError | None = None
        self._databases: Any = None

    def report(self) -> Report:
        """The report: of this process, or of a worker that was first. Raises MigcheckError as that did."""
        if self._outcome is None:
            with _locked(self._folder / "report.lock"):
                self._outcome = self._shared_outcome()
        if isinstance(self._outcome, MigcheckError):
            raise self._outcome
        return self._outcome

    def _shared_outcome(self) -> Report | MigcheckError:
        file = self._folder / "report"
        if file.exists():
            found: Report | MigcheckError = pickle.loads(file.read_bytes())
            return found
        from migcheck.verify import verify

        try:
            outcome: Report | MigcheckError = verify(
                settings=self._settings(),
                before_revision_data=self.given.before,
                at_revision_data=self.given.after,
            )
        except MigcheckError as error:
            outcome = error
        _write(file, outcome)
        return outcome

    def databases(self) -> Any:
        """What makes disposable databases of the project; it ends with the run."""
        if self._databases is None:
            from migcheck.databases import Databases
            from migcheck.walk.zygotes import shared_imports

            settings = self._settings()
            self._stack.enter_context(shared_imports())
            server = self._stack.enter_context(_server(settings, self._folder))
            try:
                databases = self._stack.enter_context(Databases(settings=settings, server=server))
            except GuardError:  # env.py wants another server than its settings say: each worker finds out
                databases = self._stack.enter_context(Databases(settings=settings))
            self._databases = databases
        return self._databases

    def _settings(self) -> Settings:
        settings, location = self.given.settings, self.given.script_location
        if location is None:
            return settings
        return replace(settings, url=str(_with_location(settings, location, self._folder)))


def _with_location(settings: Settings, location: str, folder: Path) -> Path:
    """The config file, or one that says where the scripts are, for projects that have none of their own."""
    url = Path(settings.url or ".")
    file = url / "alembic.ini" if url.is_dir() else url
    if file.is_file():
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        own = ScriptDirectory.from_config(Config(str(file))).dir
        if os.path.realpath(own) == os.path.realpath(file.parent / location):
            return file
    beside = file.parent if file.parent.is_dir() else Path()
    place = location if ":" in location else os.path.abspath(beside / location)
    made = folder / "alembic.ini"
    made.write_text(f"[alembic]\nscript_location = {place}\nprepend_sys_path = {os.getcwd()}\n")
    return made


@contextmanager
def _server(settings: Settings, folder: Path) -> Iterator[Server]:
    """A server that all workers share: the first starts it, and stops it when none uses it any more."""
    from migcheck.databases import starting

    note = folder / "server"
    with ExitStack() as stack:
        users = stack.enter_context((folder / "users").open("w"))
        with _locked(folder / "server.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            owner, shared = pickle.loads(note.read_bytes()) if note.exists() else (0, None)
            mine = shared is None or not _is_running(owner)
            if mine:
                started = stack.enter_context(starting(settings))
                shared = LoglessServer(
                    started.address, started.provider, started.version, started.run, started.notes
                )
                _write(note, (os.getpid(), shared))
        assert shared is not None
        try:
            yield shared
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if mine:
                note.unlink()
                fcntl.flock(users, fcntl.LOCK_EX)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _write(path: Path, content: object) -> None:
    """All of it or nothing: a worker may be killed."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_bytes(pickle.dumps(content))
    beside.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of that name, while others wait. It ends with its process, however that ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
