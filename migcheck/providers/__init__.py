"""Providers: ways to get a database server. `--database SPEC` selects one."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from migcheck.errors import UsageError
from migcheck.progress import Progress
from migcheck.providers.base import Availability, Provider, Server
from migcheck.providers.existing import ExistingProvider
from migcheck.providers.url import is_url

__all__ = ["Availability", "Container", "Provider", "Server", "all_providers", "automatic", "provider_for"]

_WORDS = ("auto", "embedded", "local", "docker", "sqlite")
_KNOWN = (
    "auto, embedded, embedded:MAJOR, local, local:MAJOR, local:BINDIR, docker, docker:IMAGE, sqlite,"
    " postgresql://..., mysql://..."
)
_MYSQL = ("mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class Container:
    """What a container is made of where it's not the default; `reuse` keeps it running for the next run."""

    image: str | None = None
    env: tuple[tuple[str, str], ...] = ()
    command: str | None = None
    reuse: bool = False


_USUAL = Container()


def provider_for(
    spec: str,
    *,
    dialect: str = "postgresql",
    locale: str = "C.UTF-8",
    container: Container = _USUAL,
    progress: Progress | None = None,
) -> Provider:
    """The provider that `spec` names.

    `embedded` is the PostgreSQL that comes with migcheck, `embedded:16` another version of it; `local` is the
    newest server for `dialect` that is installed, `local:15` the newest 15, `local:BINDIR` the one in that
    folder; `docker` is a container of the image that fits `dialect` or is named (`docker:postgres:17`);
    `sqlite` is a file; a URL is a server on which databases may be created; `auto` is what `automatic`
    chooses. `locale` is that of private PostgreSQL servers. Raises UsageError.
    """
    if is_url(spec):
        return ExistingProvider(spec)
    word, colon, rest = spec.partition(":")
    if word not in _WORDS or (colon and not rest) or (word in ("auto", "sqlite") and rest):
        raise _unknown(spec)
    if word == "auto":
        return automatic(dialect, locale=locale, container=container, progress=progress)[0]
    if word == "docker":
        return _docker(rest or container.image, dialect, container, progress)
    if os.name != "posix":
        raise UsageError(
            "private servers need a POSIX system (Linux, macOS, WSL)", "Use --database with a server's URL."
        )
    # Here and not above: they need modules that only POSIX systems have.
    from migcheck.providers.embedded import DEFAULT_MAJOR, EmbeddedProvider
    from migcheck.providers.local import LocalProvider
    from migcheck.providers.sqlite import SQLiteProvider

    if word == "sqlite":
        return SQLiteProvider()
    if word == "local":
        if rest.replace(".", "").isdigit():
            return LocalProvider(major=rest, locale=locale, dialect=dialect)
        return LocalProvider(Path(rest).expanduser() if rest else None, locale=locale, dialect=dialect)
    if rest and not rest.isdigit():
        raise UsageError(f"--database {spec}: {rest!r} is no version", "Write embedded:16, for instance.")
    return EmbeddedProvider(int(rest) if rest else DEFAULT_MAJOR, locale)


def automatic(
    dialect: str,
    *,
    locale: str = "C.UTF-8",
    container: Container = _USUAL,
    progress: Progress | None = None,
) -> tuple[Provider, str | None]:
    """What `auto` is for a history of `dialect` (SQLAlchemy's name), and why where it's not the usual.

    A container where an image is set; for PostgreSQL else the embedded server; for MySQL and MariaDB a
    container, or what is installed here where there is no container engine; for SQLite a file. Raises
    UsageError where nothing works, and for a dialect that nothing is known to start for.
    """
    wanted = partial(provider_for, dialect=dialect, locale=locale, container=container, progress=progress)
    if container.image is not None or dialect == "cockroachdb":
        return wanted("docker"), None
    if dialect == "postgresql":
        return wanted("embedded"), None
    if dialect == "sqlite":
        return wanted("sqlite"), "on SQLite: the project's own URL is for it"
    if dialect not in _MYSQL:
        raise UsageError(
            f"the project's own URL is for {dialect}, and no server for that can be started here",
            "name one that runs: --database URL; or an image: --database docker:IMAGE",
        )
    docker = wanted("docker")
    engine = docker.availability()
    if engine.available:
        return docker, f"in a container: the project's own URL is for {dialect}"
    local = wanted("local")
    installed = local.availability()
    if installed.available:
        return local, f"on what is installed here ({installed.detail}): no container engine answers"
    raise UsageError(
        f"the project's own URL is for {dialect}: no container engine answers, and no server is installed",
        f"docker: {engine.detail}; local: {installed.detail}. Or name a server: --database URL",
    )


def _docker(image: str | None, dialect: str, container: Container, progress: Progress | None) -> Provider:
    from migcheck.providers.docker import DockerProvider

    return DockerProvider(
        dialect if dialect != "sqlite" else "postgresql",
        image,
        env=container.env,
        command=container.command,
        reuse=container.reuse,
        progress=progress,
    )


def _unknown(spec: str) -> UsageError:
    word = spec.partition(":")[0]
    near = difflib.get_close_matches(word.lower(), _WORDS, n=1)
    return UsageError(
        f"--database: there is no provider {spec!r}",
        f"Did you mean {near[0]!r}? Known are: {_KNOWN}" if near else f"Known are: {_KNOWN}",
    )


def all_providers(specs: tuple[str, ...] = (), *, locale: str = "C.UTF-8") -> tuple[Provider, ...]:
    """Every provider, for `migcheck doctor`; existing servers are among them where `specs` has their URLs."""
    there: list[Provider] = [ExistingProvider(spec) for spec in specs if is_url(spec)]
    if os.name == "posix":
        there += [provider_for(word, locale=locale) for word in ("embedded", "local")]
        there += [provider_for("local", dialect="mariadb"), provider_for("sqlite")]
    return (*there, provider_for("docker"))
