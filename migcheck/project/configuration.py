"""An Alembic project's configuration, turned to the disposable database."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from configparser import InterpolationError
from inspect import signature
from pathlib import Path
from typing import Any

import alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from migcheck.errors import UsageError
from migcheck.guard import Guard
from migcheck.model import ProjectSpec
from migcheck.project.revisions import read_source
from migcheck.settings.own_url import USUAL_URL_VARIABLES


class Configuration:
    """Alembic's Config and ScriptDirectory of a project."""

    def __init__(self, spec: ProjectSpec, guard: Guard) -> None:
        """Read it, and put the disposable database wherever env.py may look for a URL.

        Raises UsageError when there is nothing that Alembic could run.
        """
        self.spec = spec
        self._guard = guard
        os.environ.update(spec.env)
        self.config = self._load_config()
        self.scripts = self._load_scripts()
        self._use_database()

    @property
    def env_py(self) -> str:
        """Path of the project's env.py."""
        return str(Path(self.scripts.dir, "env.py"))

    def _load_config(self) -> Config:
        path = Path(self.spec.config)
        options = Namespace(
            x=list(self.spec.x) or None, name=[self.spec.section], config=[str(path)], raiseerr=True
        )
        ini = None if path.suffix == ".toml" else str(path)
        toml = path if ini is None else path.with_name("pyproject.toml")
        # Alembic reads pyproject.toml beside an alembic.ini too, from 1.16 on.
        files: dict[str, Any] = {}
        if toml.exists() and "toml_file" in signature(Config).parameters:
            files["toml_file"] = str(toml)
        if ini is None and not files:
            raise UsageError(
                f"{path}: this Alembic ({alembic.__version__}) does not read pyproject.toml",
                "use 1.16 or newer",
            )
        config = Config(ini, ini_section=self.spec.section, cmd_opts=options, **files)
        config.attributes = _Attributes(self._connection)
        try:
            location = getattr(config, "get_alembic_option", config.get_main_option)("script_location")
        except Exception as error:  # configparser raises a zoo of errors, all about this one file
            raise UsageError(
                f"{path} cannot be read: {error}", "mend it; `alembic history` reads it too"
            ) from error
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

        return create_engine(self._url(""), poolclass=NullPool).connect()

    def _use_database(self) -> None:
        try:
            scheme = (self.config.get_main_option("sqlalchemy.url") or "").partition(":")[0]
        except InterpolationError:
            scheme = ""  # made of %(options)s that only env.py sets
        url = self._url(scheme)
        self.config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
        for name in (*USUAL_URL_VARIABLES, *self.spec.url_env):
            if name in dict(self.spec.env):
                continue
            os.environ[name] = self._url(os.environ.get(name, "").partition(":")[0] or scheme)

    def _url(self, scheme: str) -> str:
        """The disposable database's URL in the scheme of the user's own."""
        return self._guard.url(scheme, self._asynchronous())

    def _asynchronous(self) -> bool:
        """Whether env.py makes an async engine, which needs a driver to match."""
        return "async_engine" in read_source(self.env_py)

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
                "script_location is a folder (from the working directory or the file) or package:folder",
            ) from first


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
