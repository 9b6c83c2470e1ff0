"""Disposable databases that stand at any revision of a project, for tests of data migrations by hand."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from migcheck.errors import GuardError, MigcheckError, UsageError
from migcheck.gathering import wanted
from migcheck.lineage import Lineage
from migcheck.model import ProjectSpec, ServerAddress, StepError
from migcheck.plugins import load_plugins
from migcheck.progress import Progress
from migcheck.providers import Server, automatic, provider_for
from migcheck.settings import Settings, check_setup_files, locate_config
from migcheck.settings.alembic_config import require_script_location
from migcheck.settings.own_url import own_dialect
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import Move, Moved, Probe, Probed
from migcheck.walk.laboratory import Laboratory
from migcheck.walk.processes import Zygote

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

Row = Mapping[str, Any]


class MigrationFailed(MigcheckError):
    """An upgrade() or a downgrade() that was asked for has failed.

    `revision` is its revision, `direction` `upgrade` or `downgrade`, `error` what is known of it.
    """

    def __init__(self, revision: str, direction: str, error: StepError) -> None:
        said = f"{direction}() of {revision} fails: {error.type}: {error.message}"
        where = f"line {error.line} of its file" if error.line else None
        details = "\n".join(filter(None, [where, error.statement, error.traceback]))
        super().__init__(said, None, details or None)
        self.revision, self.direction, self.error = revision, direction, error

    def __reduce__(self) -> tuple[Any, ...]:
        return MigrationFailed, (self.revision, self.direction, self.error)


def starting(settings: Settings, dialect: str | None = None) -> AbstractContextManager[Server]:
    """A server for a project: the first database of its settings, for `dialect` or the one that they name."""
    load_plugins(settings, Path.cwd())
    config = locate_config(settings.url, Path.cwd(), os.environ)
    dialect = dialect or own_dialect(config, settings, os.environ) or "postgresql"
    spec, how = settings.database[0], wanted(settings, dialect, Progress())
    provider = automatic(**how)[0] if spec == "auto" else provider_for(spec, **how)
    return provider.start()


class Databases:
    """Makes databases of one project; a context manager, after which none of them is left.

    `url` and `fields` are those of `migcheck.verify`, or give a whole `settings`; of several databases the
    first is taken. `server` is one that runs already. The user's code runs in processes of its own, on
    databases that migcheck has made, never in this process and never on another database.

    Raises MigcheckError where no server can be had, or the history cannot be read.

        with Databases("alembic.ini") as databases:
            database = databases.at("ab12")
    """

    def __init__(
        self,
        url: str | os.PathLike[str] | None = None,
        *,
        settings: Settings | None = None,
        server: Server | None = None,
        **fields: Any,
    ) -> None:
        if settings is not None and (fields or url is not None):
            raise UsageError("Databases() takes either settings or their fields, not both")
        self._settings = settings or Settings(url=None if url is None else os.fspath(url), **fields)
        self._config = locate_config(self._settings.url, Path.cwd(), os.environ)
        require_script_location(self._config, self._settings.name)
        check_setup_files(self._settings, Path.cwd())
        self._given = server
        self._stack = ExitStack()
        self._states: dict[tuple[str, ...], str] = {}
        self._made: list[DatabaseAt] = []

    def __enter__(self) -> Databases:
        dialect = own_dialect(self._config, self._settings, os.environ) or "postgresql"
        try:
            self._open(dialect)
        except GuardError as error:
            self._stack.close()
            # As `verify` does: env.py connects to something else than its settings tell.
            if error.dialect is None or error.dialect == dialect or self._settings.database[0] != "auto":
                raise
            self._open(error.dialect)
        except BaseException:
            self._stack.close()
            raise
        return self

    def _open(self, dialect: str) -> None:
        settings = self._settings
        server = self._given or self._stack.enter_context(starting(settings, dialect))
        zygote = self._stack.enter_context(Zygote(server.address.dialect))
        self._laboratory = Laboratory(zygote, server.address, settings.step_timeout, Progress())
        project = ProjectSpec(str(self._config), settings.name, settings.x, settings.env, settings.url_env)
        self._disposable = self._stack.enter_context(
            Disposable(
                *(server.address, server.run, project, self._laboratory.run),
                *(settings.setup, settings.stamp),
            )
        )
        first = self._disposable.fresh()
        probed: Probed = self._laboratory.run(Probe(self._disposable.place(first)))
        self._disposable.drop(first)
        if probed.history.problems:
            raise UsageError(f"the history cannot be read: {probed.history.problems[0].message}")
        if probed.preload is not None:
            self._laboratory.run(probed.preload)
        self._single = probed.calls > 1
        self.version_tables = probed.version_tables
        self.server_version = server.version
        self.history = Lineage(probed)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        for database in self._made:
            database.close()
        if self._given is not None or not self._disposable.address.private:
            for name in self._states.values():
                with suppress(MigcheckError):
                    self._disposable.drop(name)
        self._stack.close()

    @property
    def address(self) -> ServerAddress:
        """The server on which they are."""
        return self._disposable.address

    def at(self, *revisions: str) -> DatabaseAt:
        """A new database on which `revisions` (default: heads) and all that they stand on have been applied.

        Each is an id or its beginning, a branch label, `heads` or `base`. Raises UsageError where there
        is no such one, MigrationFailed where one of them fails.
        """
        applied = self.history.lineage(*(revisions or ("heads",)))
        database = DatabaseAt(self, self._state(applied), applied)
        self._made.append(database)
        return database

    def _state(self, applied: tuple[str, ...]) -> str:
        """A database with all of `applied`; where they can be copied, from the nearest one made so far."""
        if not self._disposable.copies:
            name = self._disposable.fresh()
            self.move(name, applied, down=False)
            return name
        known = max((state for state in self._states if set(state) <= set(applied)), key=len, default=None)
        if known != applied:
            name = self._disposable.fresh() if known is None else self._disposable.clone(self._states[known])
            self.move(name, [each for each in applied if each not in (known or ())], down=False)
            self._states[applied] = name
        return self._disposable.clone(self._states[applied])

    def move(self, name: str, revisions: Sequence[str], *, down: bool) -> None:
        """Run the steps of `revisions` on the database `name`; raises MigrationFailed."""
        if not revisions:
            return
        place = self._disposable.place(name)
        moved: Moved = self._laboratory.run(Move(place, tuple(revisions), single=self._single, down=down))
        if moved.failed is not None and moved.error is not None:
            raise MigrationFailed(moved.failed, "downgrade" if down else "upgrade", moved.error)

    def drop(self, name: str) -> None:
        """Drop a database that is not needed any more."""
        self._disposable.drop(name)

    def target(self, name: str) -> tuple[Any, str]:
        """What turns connections to the database `name`, and its URL for SQLAlchemy."""
        from migcheck.guard import target_for

        address = self._disposable.address
        target = target_for(address, name)
        url = target.url("", False)
        if address.host.startswith("/") and address.dialect != "sqlite":
            socket = "host" if address.dialect == "postgresql" else "unix_socket"
            scheme, _, rest = url.partition("://")
            login, _, place = rest.rpartition("@")
            port = place.partition("/")[0].partition(":")[2]
            more = f"&port={port}" if address.dialect == "postgresql" and port else ""
            url = f"{scheme}://{login}@/{name}?{socket}={quote(address.host, safe='')}{more}"
        return target, url


class DatabaseAt:
    """A disposable database standing at a revision; made by `Databases.at`.

    `url` is its URL for SQLAlchemy, `name` its name on the server.
    """

    def __init__(self, databases: Databases, name: str, applied: tuple[str, ...]) -> None:
        self._databases = databases
        self.name = name
        self._applied = list(applied)
        self._target, self.url = databases.target(name)
        self._engine: Engine | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"<database at {', '.join(self.heads) or 'base'}>"

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions at which it stands; none at base."""
        history = self._databases.history
        inner = {parent for revision in self._applied for parent in history.parents(revision)}
        return tuple(revision for revision in self._applied if revision not in inner)

    @property
    def engine(self) -> Engine:
        """A SQLAlchemy engine on it, which keeps no connection open between two uses."""
        if self._engine is None:
            from sqlalchemy import create_engine, event
            from sqlalchemy.pool import NullPool

            engine = create_engine(self.url, poolclass=NullPool)

            @event.listens_for(engine, "do_connect")
            def _turn(dialect: Any, _record: Any, args: list[Any], parameters: dict[str, Any]) -> None:
                self._target.turn(dialect.driver, args, parameters)

            self._engine = engine
        return self._engine

    def upgrade(self, to: str | None = None) -> None:
        """Upgrade to the revision `to`, or by the one revision that comes next. Raises MigrationFailed."""
        history = self._databases.history
        if to is None:
            missing = [each for each in history.order if each not in self._applied]
            following = [each for each in missing if history.parents(each) <= set(self._applied)]
            mine = [each for each in following if history.parents(each) & set(self.heads)]
            chosen = mine or following
            if len(chosen) != 1:
                what = f"several come next ({', '.join(chosen)})" if chosen else "none comes next"
                raise UsageError(f"upgrade() of one revision: {what}", "name the revision")
            self._move(chosen, down=False)
        else:
            self._move([each for each in history.lineage(to) if each not in self._applied], down=False)

    def downgrade(self, to: str | None = None) -> None:
        """Downgrade to the revision `to` (`base` for all), or by the last one. Raises MigrationFailed."""
        if to is None:
            if not self._applied:
                raise UsageError("downgrade() of one revision: nothing is applied")
            self._move(self._applied[-1:], down=True)
        else:
            kept = self._databases.history.lineage(to)
            self._move([each for each in reversed(self._applied) if each not in kept], down=True)

    def _move(self, revisions: Sequence[str], *, down: bool) -> None:
        done = list(revisions)
        try:
            self._databases.move(self.name, revisions, down=down)
        except MigrationFailed as failed:
            done = done[: done.index(failed.revision)]
            raise
        finally:
            order = self._databases.history.order
            applied = set(self._applied) - set(done) if down else {*self._applied, *done}
            self._applied = [revision for revision in order if revision in applied]

    def insert(self, table: str, rows: Row | Sequence[Row]) -> None:
        """Put a row, or several, into `table` (`name` or `schema.name`): mappings of columns and values."""
        given = [rows] if isinstance(rows, Mapping) else list(rows)
        with self.engine.begin() as connection:
            reflected = self._table(table)
            for row in given:
                connection.execute(reflected.insert().values(**row))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of `table` as it is now, in the order of its primary key (of all columns without one)."""
        reflected = self._table(table)
        order = list(reflected.primary_key.columns) or list(reflected.columns)
        with self.engine.connect() as connection:
            found = connection.execute(reflected.select().order_by(*order))
            return [dict(row._mapping) for row in found]

    def _table(self, table: str) -> Any:
        from sqlalchemy import MetaData, Table
        from sqlalchemy.exc import NoSuchTableError

        schema, _, name = table.rpartition(".")
        try:
            # Reflected anew each time: a step may have changed it.
            return Table(name, MetaData(), schema=schema or None, autoload_with=self.engine)
        except NoSuchTableError:
            raise UsageError(f"{self!r} has no table {table!r}", "is it of a later revision?") from None

    def close(self) -> None:
        """Drop it; it is not used any more. Called by `Databases` at its end too."""
        if self._closed:
            return
        self._closed = True
        if self._engine is not None:
            self._engine.dispose()
        with suppress(MigcheckError):
            self._databases.drop(self.name)
