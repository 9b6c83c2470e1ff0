"""Running env.py, once for as many steps as somebody wants to drive through it."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from sqlalchemy.engine import make_url

from migcheck.dialects import dialect_of
from migcheck.dialects.base import Dialect, Query
from migcheck.errors import DatabaseError, MigcheckError, ProjectError
from migcheck.guard import Guard
from migcheck.model import ProjectSpec, ServerAddress
from migcheck.project import session
from migcheck.project.configuration import Configuration
from migcheck.project.revisions import Revisions

Drive = Callable[[Any, MigrationContext], Iterable[MigrationStep]]


class Project:
    """An Alembic project that is turned to one disposable database, which carries `marker`.

    `left_out_callback` says, after a run, whether env.py has an on_version_apply, which is not called.
    """

    def __init__(self, spec: ProjectSpec, guard: Guard, marker: str) -> None:
        """Read the configuration. Raises UsageError when there is nothing that Alembic could run."""
        self.spec = spec
        self.configuration = Configuration(spec, guard)
        self.revisions = Revisions(self.configuration.scripts)
        self._guard = guard
        self._dialect = dialect_of(guard.address.dialect)
        self._marker = marker
        self.left_out_callback = False

    @property
    def env_py(self) -> str:
        """Path of the project's env.py."""
        return self.configuration.env_py

    def run(self, drive: Drive, *, force_steps: bool = True) -> int:
        """Run env.py once with `drive` as Alembic's work function.

        `drive(heads, context)` gives the steps to run; when `force_steps`, each runs in a transaction of
        its own. Returns how many times env.py called run_migrations. What `drive` or a step raises comes
        out as it is; what env.py raises by itself is a ProjectError.
        """
        calls = 0
        inside = False

        def work(heads: Any, context: MigrationContext) -> Iterator[MigrationStep]:
            nonlocal calls, inside
            calls += 1
            self._prove_database(context)
            if force_steps:
                session.begin_steps(self._dialect, context)
            inside = True
            yield from drive(heads, context)
            inside = False
            if force_steps:
                session.end_steps(context)

        environment = EnvironmentContext(
            self.configuration.config, self.configuration.scripts, fn=work, as_sql=False
        )
        self._override_configure(environment, force_steps)
        try:
            with environment:
                self.configuration.scripts.run_env()
        except BaseException as error:
            if inside or isinstance(error, MigcheckError):
                raise
            if self._guard.refused:
                raise self._guard.refused[0] from error
            raise self._env_error(error) from error
        finally:
            self._guard.forget_pooled()
        if self._guard.refused:
            raise self._guard.refused[0]
        if not calls:
            raise ProjectError(
                f"{self.env_py} ended without calling context.run_migrations()",
                "migcheck runs env.py online; it must reach context.configure() and context.run_migrations() "
                "when context.is_offline_mode() is false",
            )
        return calls

    def _override_configure(self, environment: EnvironmentContext, force_steps: bool) -> None:
        configure, contexts = environment.configure, 0

        def configure_here(*args: Any, **options: Any) -> None:
            nonlocal contexts
            contexts += 1
            if (args[0] if args else options.get("connection")) is None:
                raise self._offline()
            if force_steps:
                options["transaction_per_migration"] = True
            # What it does belongs to no revision, and would be put down to each.
            self.left_out_callback |= options.pop("on_version_apply", None) is not None
            if self.spec.several and contexts > 1:
                # All its databases are one here, where each still needs a version of its own.
                options["version_table"] = f"{options.get('version_table', 'alembic_version')}_{contexts}"
            configure(*args, **options)

        environment.configure = configure_here  # type: ignore[method-assign]

    def _prove_database(self, context: MigrationContext) -> None:
        connection = context.connection
        if context.as_sql or connection is None:
            raise self._offline()
        if self._dialect.whereabouts(querying(connection)) != (self._guard.database, self._marker):
            raise ProjectError(
                f"{self.env_py} did not connect to migcheck's disposable database",
                "please report how env.py connects; nothing was run",
            )
        # Some revisions ask the engine for the database's name, and put it into a statement.
        engine = connection.engine
        if engine.url.database:
            engine.url = engine.url.set(database=make_url(self._guard.url("")).database)

    def _offline(self) -> ProjectError:
        return ProjectError(
            f"{self.env_py} configures Alembic without a connection (offline mode)",
            "migcheck needs env.py's online path: context.configure(connection=...) when"
            " context.is_offline_mode() is false",
        )

    def _env_error(self, error: BaseException) -> MigcheckError:
        frames = user_frames(error)
        if isinstance(error, SystemExit):
            return ProjectError(
                f"{self.env_py} ended the process: sys.exit({error.code!r})",
                "env.py must run to its end; give it the settings it misses with --env NAME=VALUE",
                frames,
            )
        hint = (
            "run `alembic current` to see the same error; variables it needs are given with --env NAME=VALUE"
        )
        text = words(error)
        if isinstance(error, EOFError):
            text, hint = (
                "it asks for input",
                "nobody is there to answer: take the value from the environment (--env)",
            )
        elif isinstance(error, KeyError) and error.args:
            hint = f"if {error.args[0]} is a variable, give it with --env {error.args[0]}=VALUE"
        elif isinstance(error, ModuleNotFoundError):
            hint = f"install {error.name} in the environment that migcheck runs in ({sys.prefix})"
        elif "application context" in text:
            text = text.splitlines()[0]
            hint = "env.py must create the application and push its context itself, as `flask db` does for it"
        elif self._dialect.is_lost(error):
            return lost(self._guard.address, f"in {self.env_py}", error)
        name = type(error).__name__
        return ProjectError(
            f"{self.env_py} failed: {name}: {text}" if text else f"{self.env_py} failed: {name}", hint, frames
        )


def version_table(dialect: Dialect, context: MigrationContext) -> str:
    """The table in which Alembic keeps its version, named as in a snapshot."""
    schema = context.version_table_schema or dialect.default_schema(querying(context.connection))
    return f"{schema}.{context.version_table}" if schema else str(context.version_table)


def querying(connection: Any) -> Query:
    """Running queries on a connection of SQLAlchemy's."""
    return lambda query: [tuple(row) for row in connection.exec_driver_sql(query)]


def lost(address: ServerAddress, where: str, error: BaseException) -> DatabaseError:
    """What to raise for a driver's exception that means that the connection was lost, or refused, `where`."""
    said = words(getattr(error, "orig", None) or error).partition("\n")[0]
    return DatabaseError(
        f"the connection to the server at {address.place} was lost {where}: {said}",
        "look at the server's log, and at the network; nothing is said of the migrations",
    )


def words(error: BaseException) -> str:
    """What an exception says; empty for one that cannot say it."""
    try:
        return str(error).strip()
    except Exception:
        return ""


def user_frames(error: BaseException) -> str:
    """The traceback without frames of migcheck, Alembic, SQLAlchemy and the import machinery."""
    foreign = re.compile(
        r"[/\\](migcheck|alembic|sqlalchemy|importlib|psycopg|psycopg2|asyncpg|pg8000|click|pymysql|MySQLdb"
        r"|mariadb|mysql|aiomysql|asyncmy|aiosqlite)[/\\]|<frozen"
    )
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not foreign.search(f.filename)]
    lines = [line.rstrip() for line in traceback.format_list(frames)]
    if isinstance(error, SyntaxError):
        lines += [line.rstrip() for line in traceback.format_exception_only(type(error), error)]
    return "\n".join(lines)
