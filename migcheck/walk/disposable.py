"""The databases of one target: fresh ones, and ones on which the first revisions have been applied."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from migcheck.dialects.postgresql import databases
from migcheck.errors import ProjectError, UsageError
from migcheck.model import ProjectSpec, ServerAddress, StepError
from migcheck.walk.jobs import Move, Moved, Place, Stamp

Run = Callable[[Any], Any]
"""Runs a job in a fresh process and gives its result."""


class Disposable:
    """Makes the databases on which jobs run.

    `order` are the revisions that can be applied, `companies` ranges of positions that work only
    together, `sources` the text of all revisions; the walk keeps them up to date. While no roles are
    involved, one database (the builder) follows the walk, and states are clones of it. Roles belong to
    the whole server: a history that makes some gets each state from scratch, with no other database of
    ours beside it.
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
        self.run_id = run_id
        self.project = project
        self.order: list[str] = []
        self.companies: list[tuple[int, int]] = []
        self.single = False
        self.uses_roles = False
        self._setup = [(path, Path(path).read_text()) for path in setup]
        self.sources = "\n".join(text for _, text in self._setup)
        self._run = run
        self._stamp = stamp
        self._marker = secrets.token_hex(8)
        self._builder: tuple[str, int] | None = None
        self._starters: set[str] = set()
        self._one_at_a_time = threading.Lock()
        self._base: str | None = None
        self._roles_at_start = databases.roles(address)
        self._prepare_base()
        self._roles = databases.roles(address)

    def place(self, database: str) -> Place:
        """Where a job on `database` runs."""
        return Place(self.project, self.address, database, self._marker)

    def fresh(self) -> str:
        """A new database as it is before the first revision."""
        return self._create(self._base)

    def clone(self, database: str) -> str:
        """A new database that is as `database` is."""
        return self._create(database)

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
        if self.uses_roles:
            self.clear()
            database = self.fresh()
            self._move(database, 0, count)
            return database
        if self._builder is not None and not self._leads_to(self._builder[1], count):
            self._forget_builder()
        name, reached = self._builder or (self.fresh(), 0)
        self._builder = None
        try:
            self._move(name, reached, count)
        except BaseException:  # it stands somewhere on the way
            self.drop(name)
            raise
        self._builder = (name, count)
        return self._create(name)

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
        databases.drop(self.address, database)

    def clear(self) -> None:
        """Drop all databases but the base, and put the server's roles back to what they were with it."""
        for name in databases.names(self.address, self.run_id):
            if name != self._base:
                self.drop(name)
        self._builder = None
        # On somebody's server a role that came up or changed meanwhile may be somebody else's doing.
        ours = {
            r: t
            for r, t in databases.roles(self.address).items()
            if self.address.private or r in self.sources
        }
        databases.drop_roles(self.address, [role for role in ours if role not in self._roles])
        changed = {
            role: self._roles[role] for role in ours if self._roles.get(role, ours[role]) != ours[role]
        }
        databases.restore_roles(self.address, changed)

    def __enter__(self) -> Disposable:
        return self

    def __exit__(self, *exception: object) -> None:
        # A private server is thrown away with all that is on it.
        if not self.address.private:
            self._base = None
            self._roles = self._roles_at_start
            self.clear()

    # -- inside

    def _create(self, template: str | None) -> str:
        name = databases.new_name(self.run_id)
        databases.create(self.address, name, template)
        if not databases.mark(self.address, name, self._marker):
            self._marker = ""
        return name

    def _prepare_base(self) -> None:
        if not self._setup and not self._stamp:
            return
        base = self._create(None)
        for path, text in self._setup:
            self._execute(base, path, text)
        if self._stamp:
            self._run(Stamp(self.place(base), self._stamp))
        self._base = base

    def _execute(self, database: str, path: str, text: str) -> None:
        script = "\n".join(
            # pg_dump guards its output with these two commands of psql.
            "" if re.match(r"\\(un)?restrict\b", line) else line
            for line in text.splitlines()
        )
        try:
            with databases.connect(self.address, database) as connection:
                connection.execute(script.encode())
        except psycopg.Error as error:
            position = error.diag.statement_position
            line = script.count("\n", 0, int(position)) + 1 if position else None
            where = f"{path}, line {line}" if line else path
            raise UsageError(
                f"--setup {where}: {error.diag.message_primary or error}",
                "the file must be plain SQL: no commands of psql, and rows as INSERT (pg_dump --inserts)",
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
        """How far the revisions from `position` on go in one process."""
        for later in range(position + 1, end):
            if later in companies or self.order[later] in self._starters:
                return later
        return end


class _Failed(Exception):
    """A revision on the way to a state failed."""

    def __init__(self, moved: Moved) -> None:
        super().__init__(moved)
        self.moved = moved


def _not_again(moved: Moved) -> ProjectError:
    assert moved.error is not None
    return ProjectError(
        f"revision {moved.failed} was applied before and cannot be applied again: {moved.error.message}",
        "it does not do the same thing each time (the clock, random values, the outside world?)",
        moved.error.traceback,
    )
