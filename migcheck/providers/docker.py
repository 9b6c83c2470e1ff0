"""`docker`: a server in a container, from the image that production runs."""

from __future__ import annotations

import importlib.util
import secrets
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from migcheck.dialects.names import new_run
from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.model import ServerAddress
from migcheck.progress import Progress
from migcheck.providers import existing
from migcheck.providers.base import Availability
from migcheck.providers.containers.container import Recipe, private_container, sweep
from migcheck.providers.containers.engine import Engine, connect, testcontainers_name
from migcheck.providers.containers.images import KINDS, command_of, dialect_of_image, kind_of
from migcheck.providers.containers.kept import discard, kept_container
from migcheck.providers.containers.readiness import LOG_LINES, wait_until_ready
from migcheck.providers.containers.ryuk import labels_for_ryuk

__all__ = ["DockerProvider", "DockerServer", "dialect_of_image"]


@dataclass(frozen=True, slots=True)
class DockerServer:
    """A server in a container; see `base.Server`. `kept` says that the container stays for later runs."""

    address: ServerAddress
    provider: str
    version: str
    run: str
    container: str
    kept: bool
    engine: Engine

    @property
    def notes(self) -> tuple[str, ...]:
        """That the container stays, where it does."""
        name = self.container[:12]
        return (
            f"container {name} stays for the next run (reuse); `docker rm -f {name}` ends it",
        ) * self.kept

    def log_tail(self) -> str:
        """The last lines of the container's log."""
        return self.engine.log_tail(self.container, LOG_LINES)


class DockerProvider:
    """A server in a container of `image`, or of the usual image of `dialect` where none is named.

    `env` are variables of the container beside those that migcheck sets, which they override. `command` are
    flags of the server that come after migcheck's, or, where it begins with a program, the whole command.
    With `reuse` the container stays for later runs. Raises UsageError where nothing is known of the dialect's
    images, or `command` has unbalanced quotes.
    """

    name = "docker"

    def __init__(
        self,
        dialect: str,
        image: str | None = None,
        env: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        command: str | Iterable[str] | None = None,
        reuse: bool = False,
        progress: Progress | None = None,
    ) -> None:
        kind = kind_of((dialect_of_image(image) if image else None) or dialect)
        if kind is None:
            known = ", ".join(kind.dialect for kind in KINDS)
            raise UsageError(
                f"--database docker: migcheck cannot start a container for dialect {dialect!r}",
                f"It can for {known}. Start the server yourself and use --database with its URL.",
            )
        self.kind = kind
        self.dialect = kind.dialect
        self.image = image or kind.default
        self._env = dict(env)
        self._command = _words(command)
        self._reuse = reuse
        self._progress = progress or Progress()

    def availability(self) -> Availability:
        """Whether an engine answers, and whether the image is there or has to be pulled."""
        try:
            self._require_driver()
            with connect() as engine:
                there = "is there" if engine.has_image(testcontainers_name(self.image)) else "will be pulled"
                return Availability(self.name, True, f"{engine.describe()}; image {self.image} {there}")
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)

    def start(self) -> AbstractContextManager[DockerServer]:
        """Run a container for the length of a block, pulling its image first where it isn't there.

        Raises ProviderError.
        """
        return self._kept() if self._reuse else self._private()

    @contextmanager
    def _private(self) -> Iterator[DockerServer]:
        self._require_driver()
        with connect() as engine:
            sweep(engine)
            recipe = self._recipe(engine)
            run = new_run()
            labels = labels_for_ryuk(engine, recipe.image, self._progress)
            with private_container(engine, recipe, run, labels) as container:
                address, version = wait_until_ready(engine, container, recipe, self.kind, private=True)
                yield DockerServer(address, self.name, version, run, container, False, engine)

    @contextmanager
    def _kept(self) -> Iterator[DockerServer]:
        self._require_driver()
        with connect() as engine:
            sweep(engine)
            recipe = self._recipe(engine)
            digest = recipe.digest(self.kind.password_variable)
            container = kept_container(engine, recipe, digest, self._progress)
            try:
                address, version = wait_until_ready(engine, container, recipe, self.kind, private=False)
            except ProviderError:
                discard(engine, container)
                raise
            with existing.use(address) as server:
                yield DockerServer(server.address, self.name, version, server.run, container, True, engine)

    def _recipe(self, engine: Engine) -> Recipe:
        name = testcontainers_name(self.image)
        found = engine.image(name, self._progress)
        self._progress.note(f"starting a container of {self.image}")
        config = found.get("Config") or {}
        return Recipe(
            image=name,
            image_id=found["Id"],
            environment=self.kind.environment(secrets.token_hex(16), self._env),
            command=tuple(command_of(self.kind, config.get("Cmd") or [], self._command)),
            port=self.kind.port,
            # Where an image wants its data to be kept is where the data is.
            volumes=tuple(sorted(config.get("Volumes") or ())),
        )

    def _require_driver(self) -> None:
        if self.kind.dialect in ("mysql", "mariadb") and importlib.util.find_spec("pymysql") is None:
            raise ProviderError(
                "MariaDB and MySQL are read with PyMySQL, which is not installed",
                "pip install 'migcheck[mysql]'",
            )
        if self.kind.dialect == "cockroachdb" and importlib.util.find_spec("sqlalchemy_cockroachdb") is None:
            raise ProviderError(
                "CockroachDB is read through SQLAlchemy, and its dialect is not installed",
                "pip install sqlalchemy-cockroachdb",
            )


def _words(command: str | Iterable[str] | None) -> tuple[str, ...]:
    if not isinstance(command, str):
        return tuple(command or ())
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"image_command cannot be read: {error}", "Quotes come in pairs.") from None
