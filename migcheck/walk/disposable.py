"""The databases of one target: fresh ones, and ones on which the first revisions have been applied."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from migcheck.dialects import dialect_of
from migcheck.dialects.base import ScriptError
from migcheck.dialects.names import new_name
from migcheck.errors import DatabaseError, MigcheckError, ProjectError, UsageError
from migcheck.model import ProjectSpec, ServerAddress, State, StepError
from migcheck.walk.jobs import Move, Moved, Place, Stamp

Run = Callable[[Any], Any]
"""Runs a job in a fresh process and gives its result."""


class Disposable:
    """Makes the databases on which jobs run.

    `order` are the revisions that can be applied, `companies` ranges of positions that work only
    together, `leaking` revisions that leave something in their session, `sources` the text of all revisions;
    the walk keeps them up to date. One database (the builder)
    follows the walk, and states are clones of it. Where the dialect cannot clone, each state is made from
    scratch; so it is for a history that changes what belongs to the whole server (`server_wide`: roles,
    users), and then with no other database of ours beside it.
    """

    def __init__(
        self,
        address: ServerAddress,
        run_id: str,
        project: ProjectSpec,
        run: Run,
        setup: tuple[str, ...],
        stamp: tuple[str, ...],
    ) -> None:
        self.address = address
        self.dialect = dialect_of(address.dialect)
        self.run_id = run_id
        self.project = project
        self.order: list[str] = []
        self.companies: list[tuple[int, int]] = []
        self.leaking: set[str] = set()
        self.single = False
        self.server_wide = False
        self._setup = [(path, Path(path).read_text()) for path in setup]
        self.sources = "\n".join(text for _, text in self._setup)
        self.texts: dict[str, str] = {}
        self._run = run
        self._stamp = stamp
        self._marker = secrets.token_hex(8)
        self._builder: tuple[str, int] | None = None
        self._restored: tuple[str, int] | None = None
        self._starters: set[str] = set()
        self._one_at_a_time = threading.Lock()
        self._base: str | None = None
        self._shared_at_start = self.dialect.shared(address)
        if self.dialect.clones and (setup or stamp):
            self._base = self._prepared()
        self._shared = self.dialect.shared(address)

    @property
    def copies(self) -> bool:
        """Whether a state can be had by copying a database that has it."""
        return self.dialect.clones and not self.server_wide

    def place(self, database: str) -> Place:
        """Where a job on `database` runs."""
        return Place(self.project, self.address, database, self._marker)

    def fresh(self) -> str:
        """A new database as it is before the first revision."""
        return self._prepared() if self._base is None else self._create(self._base)

    def clone(self, database: str) -> str:
        """A new database that is as `database` is; only where the state `copies`."""
        return self._create(database)

    def copied(self, database: str) -> str | None:
        """A new database that is as `database` is, rows included; None where that cannot be had faithfully.
        The sessions on `database` are ended."""
        if self.dialect.clones:
            return self._create(database)
        name = new_name(self.run_id)
        if not self.dialect.copy(self.address, name, database):
            return None
        self.dialect.mark(self.address, name, self._marker)
        return name

    def build_on(self, state: State) -> None:
        """Make later states from `state`, which is one of `order`, instead of an empty database; it stays."""
        self._restored = state.database, len(state.revisions)

    def has_changed_server(self) -> bool:
        """Whether something that belongs to the whole server (a role, say) is not what it was."""
        return self.dialect.shared(self.address) != self._shared

    def text_of(self, revision: str) -> str:
        """The text of a revision's file."""
        return self.texts.get(revision, "")

    def at(self, count: int) -> str:
        """A new database on which the first `count` revisions of `order` have been applied, each once and
        in a process in which it had not run before. Raises ProjectError for one that fails this time."""
        with self._one_at_a_time:
            return self._reached(count)

    def _reached(self, count: int) -> str:
        while True:
            try:
                return self._at(count)
            except _Failed as failed:
                # It fails behind others in one process; in the walk it did not. So it begins one of its own.
                if failed.moved.failed in self._starters:
                    raise _not_again(failed.moved) from failed
                self._starters.add(str(failed.moved.failed))

    def _at(self, count: int) -> str:
        if self.server_wide:
            self.clear()
        if not self.copies:
            database = self.fresh()
            self._reach(database, 0, count)
            return database
        if self._builder is not None and not self._leads_to(self._builder[1], count):
            self._forget_builder()
        if self._builder is None and self._restored is not None and self._restored[1] == count:
            return self._create(self._restored[0])
        name, reached = self._builder or self._beginning(count)
        self._builder = None
        self._reach(name, reached, count)
        self._builder = (name, count)
        return self._create(name)

    def _beginning(self, count: int) -> tuple[str, int]:
        """A new database from which the state at `count` can be made, and the position at which it stands."""
        if self._restored is not None and self._leads_to(self._restored[1], count):
            return self._create(self._restored[0]), self._restored[1]
        return self.fresh(), 0

    def _reach(self, database: str, start: int, end: int) -> None:
        try:
            self._move(database, start, end)
        except BaseException:  # it stands somewhere on the way
            self.drop(database)
            raise

    def _leads_to(self, reached: int, count: int) -> bool:
        """Whether the state at `count` can be made from the one at `reached`."""
        return reached <= count and not any(start < reached < end <= count for start, end in self.companies)

    def _forget_builder(self) -> None:
        if self._builder is not None:
            self.drop(self._builder[0])
            self._builder = None

    def moved(self, count: int, revisions: tuple[str, ...]) -> StepError | None:
        """Try `revisions` together, with env.py's own transactions, on a database at `count`."""
        database = self.at(count)
        moved: Moved = self._run(Move(self.place(database), revisions, together=True))
        self.drop(database)
        return moved.error

    def drop(self, database: str) -> None:
        """Drop a database that is not needed any more."""
        self.dialect.drop(self.address, database)

    def clear(self) -> None:
        """Drop all databases but the base, and put what belongs to the server back to what it was with it."""
        for name in self.dialect.names(self.address, self.run_id):
            if name != self._base:
                self.drop(name)
        self._builder = None
        # On somebody's server a role that came up or changed meanwhile may be somebody else's doing.
        ours = {
            name: state
            for name, state in self.dialect.shared(self.address).items()
            if self.address.private or name in self.sources
        }
        gone = [name for name in ours if name not in self._shared]
        changed = {
            name: self._shared[name] for name in ours if self._shared.get(name, ours[name]) != ours[name]
        }
        self.dialect.reset_shared(self.address, gone, changed)

    def __enter__(self) -> Disposable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        # A private server is thrown away with all that is on it.
        if not self.address.private:
            self._base = None
            self._shared = self._shared_at_start
            try:
                self.clear()
            except DatabaseError:
                if not isinstance(error, MigcheckError):  # else that says more
                    raise

    # -- inside

    def _create(self, template: str | None) -> str:
        name = new_name(self.run_id)
        self.dialect.create(self.address, name, template)
        if not self.dialect.mark(self.address, name, self._marker):
            self._marker = ""
        return name

    def _prepared(self) -> str:
        """A new database on which the setup has been run, stamped."""
        name = self._create(None)
        for path, text in self._setup:
            self._execute(name, path, text)
        if self._stamp:
            self._run(Stamp(self.place(name), self._stamp))
        return name

    def _execute(self, database: str, path: str, text: str) -> None:
        try:
            self.dialect.execute(self.address, database, text)
        except ScriptError as error:
            where = f"{path}, line {error.line}" if error.line else path
            raise UsageError(
                f"--setup {where}: {error.message}",
                "the file must be plain SQL: no commands of a client, and rows as INSERT"
                " (pg_dump --inserts, mysqldump, sqlite3 .dump)",
            ) from error

    def _move(self, database: str, start: int, end: int) -> None:
        position = start
        companies = dict(company for company in self.companies if company[1] <= end)
        while position < end:
            together = position in companies
            until = companies[position] if together else self._until(position, end, companies)
            revisions = tuple(self.order[position:until])
            moved: Moved = self._run(Move(self.place(database), revisions, together, self.single))
            if moved.failed is not None:
                raise _Failed(moved)
            position = until

    def _until(self, position: int, end: int, companies: dict[int, int]) -> int:
        """How far the revisions from `position` on go in one process, and so in one session."""
        for later in range(position + 1, end):
            begins = self.order[later] in self._starters or self.order[later - 1] in self.leaking
            if later in companies or begins:
                return later
        return end


class _Failed(Exception):
    """A revision on the way to a state failed."""

    def __init__(self, moved: Moved) -> None:
        super().__init__(moved)
        self.moved = moved


class NotAgain(ProjectError):
    """A state cannot be made: `revision`, on the way to it, cannot be applied."""

    revision: str = ""


def _not_again(moved: Moved) -> NotAgain:
    assert moved.error is not None and moved.failed is not None
    error = NotAgain(
        f"revision {moved.failed} was applied before and cannot be applied again: {moved.error.message}",
        "it does not do the same thing each time (the clock, random values, the outside world?)",
        moved.error.traceback,
    )
    error.revision = moved.failed
    return error
