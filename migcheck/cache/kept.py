"""What a run takes out of the cache, and puts into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migcheck.cache.entries import Shelf, folder_of
from migcheck.dialects import dialect_of
from migcheck.dialects.base import ScriptError
from migcheck.dialects.names import new_name
from migcheck.errors import DatabaseError, MigcheckError, ProviderError
from migcheck.model import State
from migcheck.progress import Progress
from migcheck.providers import Provider, Server, archive
from migcheck.settings import Settings
from migcheck.settings.fields import PARTS

if TYPE_CHECKING:
    from migcheck.providers.private import PrivateServer

_PRIVATE = ("embedded", "local")  # providers whose servers' data directories are files of ours


class Kept:
    """What a run takes out of the cache and puts into it.

    Nothing, unless a part of a history is verified, on PostgreSQL. A private server begins with the data
    directory of an earlier one, and leaves its own; on any other a dump is restored, and made.
    """

    def __init__(self, provider: Provider, settings: Settings, config: Path, progress: Progress) -> None:
        self.restored: State | None = None
        """A state of an earlier run, which is on the server."""
        self.keep: Callable[[State], None] | None = None
        """To be told of a state for later runs, while it is there; None where nothing is kept."""
        self.notes: list[str] = []
        self._provider, self._settings, self._config = provider, settings, config
        self._progress = progress
        self._state: State | None = None
        part = any(getattr(settings, name) is not None for name in (*PARTS, "shard"))
        self._wanted = part and settings.cache and provider.dialect == "postgresql"

    @contextmanager
    def server(self) -> Iterator[Server]:
        """The provider's server, with what there is in the cache; what is damaged there is removed.

        Raises UsageError for a cache that is no folder.
        """
        with ExitStack() as stack:
            if not self._wanted:
                yield stack.enter_context(self._provider.start())
            elif self._provider.name in _PRIVATE:
                yield from self._private(stack)
            else:
                server = stack.enter_context(self._provider.start())
                self._prepare(server)
                yield server

    def _shelf(self, server: list[str]) -> Shelf:
        return Shelf(folder_of(self._settings.cache_dir), self._config, self._settings, server)

    def _private(self, stack: ExitStack) -> Iterator[Server]:
        from migcheck.providers.private import PrivateProvider

        provider = self._provider
        assert isinstance(provider, PrivateProvider)
        programs = provider.installation()
        shelf = self._shelf([programs.product, programs.version, provider.locale])
        found, server = shelf.find(), None
        if found is not None:
            with suppress(ProviderError):
                server = stack.enter_context(provider.start(found.path))
                self.restored = shelf.state(found)
        if server is None:
            if found is not None:
                _remove(found.path)
            server = stack.enter_context(provider.start())
        self.keep = self._remember
        yield server
        if self._state is not None:
            self._pack(server, shelf, self._state)

    def _remember(self, state: State) -> None:
        self._state = self._state or state

    def _pack(self, server: PrivateServer, shelf: Shelf, state: State) -> None:
        """Keep the data directory of a server, which is stopped for that, with the state alone in it."""
        dialect = dialect_of(server.address.dialect)
        with self._keeping():
            names = dialect.names(server.address, server.run)
            if state.database not in names:  # dropped with all others, for roles that came up later
                return
            for name in names:
                if name != state.database:
                    dialect.drop(server.address, name)
            shelf.keep(state, server.pack)

    def _prepare(self, server: Server) -> None:
        """Restore a dump on a server that is not private, and see to it that one is made."""
        from migcheck.providers.embedded import installations
        from migcheck.providers.postgresql.installation import dump_program

        address = server.address
        if address.dialect != "postgresql":
            return
        program = dump_program(server.version, [one.bin for one in installations()])
        if program is None:
            return
        shelf = self._shelf(["PostgreSQL", server.version, "a dump", address.user])
        found = shelf.find()
        if found is not None:
            try:
                name = _restored(server, archive.read_script(found.path))
            except (*archive.BROKEN, MigcheckError, ScriptError):
                _remove(found.path)
            else:
                self.restored = replace(shelf.state(found), database=name)

        def keep(state: State) -> None:
            with self._keeping():
                from migcheck.dialects.postgresql.dumps import dump

                script = dump(address, state.database, program)
                if not _is_faithful(server, script, state.database):
                    raise DatabaseError("what pg_dump writes of it does not make the same schema")
                shelf.keep(state, lambda header, file: archive.pack_script(script, header, file))

        self.keep = keep

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        """What goes wrong while a state is kept is a note in the report."""
        self._progress.note("keeping the state before that part for the next run")
        try:
            yield
        except (OSError, MigcheckError, ScriptError) as error:
            self.notes.append(f"the state before that part could not be kept for the next run: {error}")


def _restored(server: Server, script: str) -> str:
    """A new database, made by a script. Raises DatabaseError, ScriptError."""
    dialect, name = dialect_of(server.address.dialect), new_name(server.run)
    dialect.create(server.address, name)
    try:
        dialect.execute(server.address, name, script)
    except BaseException:
        dialect.drop(server.address, name)
        raise
    return name


def _is_faithful(server: Server, script: str, database: str) -> bool:
    """Whether the script makes the schema of `database`. Raises DatabaseError, ScriptError."""
    dialect, copy = dialect_of(server.address.dialect), _restored(server, script)
    snapshots = []
    for name in (database, copy):
        with dialect.observer(server.address, name, frozenset()) as observer:
            snapshots.append(observer.snapshot())
    dialect.drop(server.address, copy)
    return snapshots[0] == snapshots[1]


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
