"""The only door to Alembic: its configuration, the history, and running env.py.

Everything here happens in a process of its own that is thrown away: env.py changes sys.path, logging,
the environment and more.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
import traceback
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from migcheck import session
from migcheck.checks.acknowledgements import irreversible_reason
from migcheck.errors import ProjectError, UsageError
from migcheck.guard import Guard
from migcheck.model import History, Problem, ProjectSpec, RevisionInfo

USUAL_URL_VARIABLES = ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "SQLALCHEMY_URL", "DB_URL")
MARKER = "migcheck.marker"

Drive = Callable[[Any, MigrationContext], Iterable[MigrationStep]]


class Project:
    """An Alembic project that is turned to one disposable database."""

    def __init__(self, spec: ProjectSpec, guard: Guard, marker: str) -> None:
        """Read the configuration. Raises UsageError when there is nothing that Alembic could run."""
        self.spec = spec
        self._guard = guard
        self._marker = marker
        self._infos: dict[str, RevisionInfo] = {}
        os.environ.update(spec.env)
        self.config = self._load_config()
        self.scripts = self._load_scripts()
        self._use_database()

    # -- configuration

    def _load_config(self) -> Config:
        path = Path(self.spec.config)
        options = Namespace(x=list(self.spec.x) or None, name=[self.spec.section], config=[str(path)], raiseerr=True)
        if path.suffix == ".toml":
            config = Config(toml_file=str(path), ini_section=self.spec.section, cmd_opts=options)
        else:
            config = Config(str(path), ini_section=self.spec.section, cmd_opts=options)
        config.attributes = _Attributes(self._connection)  # type: ignore[method-assign]
        try:
            location = getattr(config, "get_alembic_option", config.get_main_option)("script_location")
        except Exception as error:  # configparser raises a zoo of errors, all about this one file
            raise UsageError(f"{path} cannot be read: {error}", "mend it; `alembic history` reads it too") from error
        if not location:
            raise UsageError(
                f"{path} has no script_location in [{self.spec.section}]",
                "point --url to the project's alembic.ini (or pyproject.toml with [tool.alembic]); "
                "another section is chosen with -n NAME",
            )
        return config

    def _connection(self) -> Any:
        """A connection to the disposable database for an env.py that insists on being given one."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        return create_engine(self._url("postgresql"), poolclass=NullPool).connect()

    def _use_database(self) -> None:
        scheme = (self.config.get_main_option("sqlalchemy.url") or "").partition(":")[0]
        self.own_dialect = scheme.partition("+")[0]
        url = self._url(scheme)
        self.config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        for name in (*USUAL_URL_VARIABLES, *self.spec.url_env):
            if name in dict(self.spec.env):
                continue
            os.environ[name] = self._url(os.environ.get(name, "").partition(":")[0])

    def _url(self, scheme: str) -> str:
        """The disposable database's URL in the scheme of the user's own.

        The host is `localhost` even for a socket directory, because settings classes refuse URLs without
        a host; where a connection really goes is the guard's business.
        """
        dialect, _, driver = scheme.partition("+")
        if dialect not in ("postgresql", "postgres") or (driver and not _importable(driver)):
            dialect, driver = "postgresql", ""
        if not driver and self._asynchronous():
            driver = "asyncpg" if _importable("asyncpg") else "psycopg"
        elif not driver:
            driver = "" if _importable("psycopg2") else "psycopg" if _sqlalchemy_2() else "pg8000"
        address = self._guard.address
        host = "localhost" if address.host.startswith("/") else address.host
        login = address.user if address.password is None else f"{_quote(address.user)}:{_quote(address.password)}"
        scheme = dialect + (f"+{driver}" if driver else "")
        return f"{scheme}://{login}@{host}:{address.port}/{self._guard.database}"

    def _asynchronous(self) -> bool:
        """Whether env.py makes an async engine, which needs a driver to match."""
        return "async_engine" in _read(self.env_py)

    def _load_scripts(self) -> ScriptDirectory:
        try:
            return ScriptDirectory.from_config(self.config)
        except (CommandError, ImportError) as first:
            # As alembic: relative to the working directory. Then, for `--url elsewhere/alembic.ini`, as
            # people mean it: relative to the file.
            folder = Path(self.spec.config).parent
            if folder != Path.cwd():
                os.chdir(folder)
                try:
                    return ScriptDirectory.from_config(self.config)
                except (CommandError, ImportError):
                    pass
            raise UsageError(
                f"{self.spec.config}: {first}",
                "script_location must be a folder (relative to the working directory or to the file) or package:folder",
            ) from first

    # -- running env.py

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
                session.commit(context)  # of the version table: another context of env.py may need it
            inside = True
            yield from drive(heads, context)
            inside = False

        environment = EnvironmentContext(self.config, self.scripts, fn=work, as_sql=False)
        self._override_configure(environment, force_steps)
        try:
            with environment:
                self.scripts.run_env()
        except BaseException as error:
            if inside or isinstance(error, (UsageError, ProjectError)):
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
            if force_steps:
                options["transaction_per_migration"] = True
            if self.spec.several and contexts > 1:
                # All its databases are one here, where each still needs a version of its own.
                options["version_table"] = f"{options.get('version_table', 'alembic_version')}_{contexts}"
            configure(*args, **options)

        environment.configure = configure_here  # type: ignore[method-assign]

    @property
    def env_py(self) -> str:
        """Path of the project's env.py."""
        return str(Path(self.scripts.dir, "env.py"))

    def _prove_database(self, context: MigrationContext) -> None:
        if context.as_sql or context.connection is None:
            raise ProjectError(
                f"{self.env_py} configures Alembic without a connection (offline mode)",
                "migcheck needs env.py's online path: context.configure(connection=...)",
            )
        connection = context.connection
        name, marker = connection.exec_driver_sql(
            f"SELECT current_database(), current_setting('{MARKER}', true)"
        ).one()
        if name != self._guard.database or (marker or "") != self._marker:
            raise ProjectError(
                f"{self.env_py} did not connect to migcheck's disposable database",
                "please report how env.py connects; nothing was run",
            )

    def _env_error(self, error: BaseException) -> ProjectError:
        frames = user_frames(error)
        if isinstance(error, SystemExit):
            return ProjectError(
                f"{self.env_py} ended the process: sys.exit({error.code!r})",
                "env.py must run to its end; give it the settings it misses with --env NAME=VALUE",
                frames,
            )
        hint = "run `alembic current` to see the same error; variables it needs are given with --env NAME=VALUE"
        text = str(error)
        if isinstance(error, EOFError):
            text, hint = "it asks for input", "nobody is there to answer: take the value from the environment (--env)"
        elif isinstance(error, KeyError) and error.args:
            hint = f"if {error.args[0]} is a variable, give it with --env {error.args[0]}=VALUE"
        elif isinstance(error, ModuleNotFoundError):
            hint = f"install {error.name} in the environment that migcheck runs in ({sys.prefix})"
        elif "application context" in text:
            text = text.splitlines()[0]
            hint = "env.py must create the application and push its context itself, as `flask db` does for it"
        name = type(error).__name__
        return ProjectError(f"{self.env_py} failed: {name}: {text}" if text else f"{self.env_py} failed: {name}", hint, frames)

    # -- history

    def history(self) -> History:
        """Load every revision; to be called inside env.py's run, where Alembic loads them.

        What cannot be loaded is a Problem, and then no revision is given.
        """
        problems: list[Problem] = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                infos = tuple(_info(script) for script in reversed(list(self.scripts.walk_revisions())))
                heads, bases = tuple(sorted(self.scripts.get_heads())), tuple(sorted(self.scripts.get_bases()))
            except Exception as error:
                problems.append(self._problem(error))
                infos, heads, bases = (), (), ()
        for warning in caught:
            text = str(warning.message)
            if re.match(r"Revision \S+ (is present more than once|referenced from)", text):
                problems.insert(0, Problem(text, revision=text.split()[1]))
        return History(infos, heads, bases, tuple(problems))

    def _problem(self, error: Exception) -> Problem:
        if isinstance(error, SyntaxError):
            return Problem(f"{type(error).__name__}: {error.msg}", None, error.filename, error.lineno)
        folders = [str(folder) for folder in self.scripts._version_locations]
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
                return Problem(f"{type(error).__name__}: {error}", None, frame.filename, frame.lineno)
        text = str(error) if isinstance(error, CommandError) else f"{type(error).__name__}: {error}"
        return Problem(text)

    def order(self, targets: Iterable[str], heads: Any) -> list[str]:
        """The revisions that `upgrade TARGET...` runs on a database at `heads`, in Alembic's own order."""
        chosen = tuple(targets) or ("heads",)
        steps: dict[str, None] = {}
        for target in chosen:
            for step in self.scripts._upgrade_revs(target, heads):
                steps.setdefault(step.revision.revision)
        return list(steps)

    def info(self, revision: str) -> RevisionInfo:
        """What the script directory knows of one revision."""
        if revision not in self._infos:
            self._infos[revision] = _info(self.scripts.get_revision(revision))
        return self._infos[revision]

    def step(self, revision: str, direction: str) -> RevisionStep:
        """The step that moves exactly `revision`. Raises AttributeError when its function is missing."""
        script = self.scripts.get_revision(revision)
        if direction == "upgrade":
            return MigrationStep.upgrade_from_script(self.scripts.revision_map, script)
        return MigrationStep.downgrade_from_script(self.scripts.revision_map, script)


class _Attributes(dict[str, Any]):
    """Config.attributes; a `connection` is made only for an env.py that indexes it without `.get`."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        super().__init__()
        self._connect = connect

    def __missing__(self, key: str) -> Any:
        if key != "connection":
            raise KeyError(key)
        self[key] = self._connect()
        return self[key]


def version_table(context: MigrationContext) -> str:
    """Qualified name of the table that Alembic keeps its version in; `public` where env.py names no schema."""
    return f"{context.version_table_schema or _current_schema(context)}.{context.version_table}"


def _current_schema(context: MigrationContext) -> str:
    assert context.connection is not None
    return str(context.connection.exec_driver_sql("SELECT current_schema()").scalar() or "public")


def user_frames(error: BaseException) -> str:
    """The traceback without frames of migcheck, Alembic, SQLAlchemy and the import machinery."""
    foreign = re.compile(r"[/\\](migcheck|alembic|sqlalchemy|importlib|psycopg|psycopg2|asyncpg|pg8000|click)[/\\]|<frozen")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not foreign.search(f.filename)]
    lines = [line.rstrip() for line in traceback.format_list(frames)]
    if isinstance(error, SyntaxError):
        lines += [line.rstrip() for line in traceback.format_exception_only(type(error), error)]
    return "\n".join(lines)


def _info(script: Any) -> RevisionInfo:
    source = _read(script.path)
    lines = _function_lines(source)
    reason = irreversible_reason(source)
    if reason is None and getattr(script.module, "irreversible", False) is True:
        reason = "irreversible = True"
    has = {name: callable(getattr(script.module, name, None)) for name in ("upgrade", "downgrade")}
    return RevisionInfo(
        revision=script.revision,
        down_revisions=tuple(script._versioned_down_revisions),
        depends_on=tuple(script._resolved_dependencies),
        branch_labels=tuple(sorted(script.branch_labels)),
        doc=script.doc or "",
        path=str(script.path),
        upgrade_line=lines.get("upgrade", 1) if has["upgrade"] else None,
        downgrade_line=lines.get("downgrade", 1) if has["downgrade"] else None,
        irreversible=reason,
    )


def _read(path: str) -> str:
    import tokenize

    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ""  # a sourceless revision (.pyc) has no lines and no comments


def _function_lines(source: str) -> dict[str, int]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return {}
    return {node.name: node.lineno for node in body if isinstance(node, ast.FunctionDef)}


def _importable(driver: str) -> bool:
    module = {"psycopg_async": "psycopg"}.get(driver, driver)
    return importlib.util.find_spec(module) is not None


def _sqlalchemy_2() -> bool:
    import sqlalchemy

    return not sqlalchemy.__version__.startswith("1.")


def _quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
