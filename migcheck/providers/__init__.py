"""Providers: ways to get a database server. `--database SPEC` selects one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from migcheck.errors import UsageError
from migcheck.progress import Progress
from migcheck.providers import custom
from migcheck.providers.base import Availability, LoglessServer, Provider, Server
from migcheck.providers.existing import ExistingProvider
from migcheck.providers.url import is_url
from migcheck.spelling import nearest

__all__ = [
    "Availability",
    "Container",
    "LoglessServer",
    "Provider",
    "Server",
    "all_providers",
    "automatic",
    "check_databases",
    "provider_for",
]

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
    chooses; any other word is that of a provider which somebody has registered. `locale` is that of private
    PostgreSQL servers. Raises UsageError.
    """
    if is_url(spec):
        return ExistingProvider(spec)
    word, _, rest = spec.partition(":")
    check_databases([spec])
    for registered in custom.registered():
        if registered.name == word:
            return custom.CustomProvider(registered, rest or None)
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
    others = [registered.name for registered in custom.registered()]
    near = nearest(spec.partition(":")[0], [*custom.WORDS, *others])
    known = ", ".join([_KNOWN, *others])
    return UsageError(
        f"--database: there is no provider {spec!r}",
        f"Did you mean {near!r}? Known are: {known}" if near else f"Known are: {known}",
    )


def check_databases(specs: Iterable[str]) -> None:
    """Raise UsageError for a SPEC of `--database` that no provider answers to."""
    others = {registered.name for registered in custom.registered()}
    for spec in specs:
        word, colon, rest = spec.partition(":")
        known = word in custom.WORDS or word in others
        if not is_url(spec) and (not known or (colon and not rest) or (word in ("auto", "sqlite") and rest)):
            raise _unknown(spec)


def all_providers(specs: tuple[str, ...] = (), *, locale: str = "C.UTF-8") -> tuple[Provider, ...]:
    """Every provider, for `migcheck doctor`; existing servers are among them where `specs` has their URLs,
    and of those of others what `specs` has."""
    there: list[Provider] = [ExistingProvider(spec) for spec in specs if is_url(spec)]
    if os.name == "posix":
        there += [provider_for(word, locale=locale) for word in ("embedded", "local")]
        there += [provider_for("local", dialect="mariadb"), provider_for("sqlite")]
    there.append(provider_for("docker"))
    for registered in custom.registered():
        wanted = [spec for spec in specs if spec.partition(":")[0] == registered.name]
        there += map(provider_for, wanted or [registered.name])
    return tuple(there)
