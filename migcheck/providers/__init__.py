"""Providers: ways to get a database server. `--database SPEC` selects one."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from migcheck.errors import UsageError
from migcheck.providers.base import Availability, Provider, Server
from migcheck.providers.existing import ExistingProvider
from migcheck.providers.url import is_url

__all__ = ["Availability", "Provider", "Server", "all_providers", "provider_for"]

_WORDS = ("auto", "embedded", "local")


def provider_for(spec: str, *, locale: str = "C.UTF-8") -> Provider:
    """The provider that `spec` names.

    `auto` and `embedded` are the PostgreSQL that comes with migcheck, `embedded:16` another version of it;
    `local` is the newest one installed, `local:15` the newest 15, `local:BINDIR` the one in that folder; a
    URL is a server on which databases may be created. `locale` is that of private servers. Raises UsageError.
    """
    if is_url(spec):
        return ExistingProvider(spec)
    word, colon, rest = spec.partition(":")
    if word not in _WORDS or (colon and not rest) or (word == "auto" and rest):
        raise _unknown(spec)
    if os.name != "posix":
        raise UsageError(
            "private servers need a POSIX system (Linux, macOS, WSL)", "Use --database with a server's URL."
        )
    # Here and not above: they need modules that only POSIX systems have.
    from migcheck.providers.embedded import DEFAULT_MAJOR, EmbeddedProvider
    from migcheck.providers.local import LocalProvider

    if word == "local":
        if rest.isdigit():
            return LocalProvider(major=int(rest), locale=locale)
        return LocalProvider(Path(rest).expanduser() if rest else None, locale=locale)
    if rest and not rest.isdigit():
        raise UsageError(f"--database {spec}: {rest!r} is no version", "Write embedded:16, for instance.")
    return EmbeddedProvider(int(rest) if rest else DEFAULT_MAJOR, locale)


def _unknown(spec: str) -> UsageError:
    word = spec.partition(":")[0]
    near = difflib.get_close_matches(word.lower(), _WORDS, n=1)
    known = "auto, embedded, embedded:MAJOR, local, local:MAJOR, local:BINDIR, postgresql://..."
    return UsageError(
        f"--database: there is no provider {spec!r}",
        f"Did you mean {near[0]!r}? Known are: {known}" if near else f"Known are: {known}",
    )


def all_providers(spec: str = "auto", *, locale: str = "C.UTF-8") -> tuple[Provider, ...]:
    """Every provider, for `migcheck doctor`; the existing server is among them when `spec` is a URL."""
    there: list[Provider] = [ExistingProvider(spec)] if is_url(spec) else []
    if os.name == "posix":
        there += [provider_for(word, locale=locale) for word in _WORDS if word != "auto"]
    return tuple(there)
