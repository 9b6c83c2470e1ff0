"""Providers: ways to get a database server. `--database SPEC` selects one."""

from __future__ import annotations

import difflib

from migcheck.errors import UsageError
from migcheck.providers.base import Availability, Provider, Server
from migcheck.providers.embedded import EmbeddedProvider

__all__ = ["Availability", "Provider", "Server", "all_providers", "provider_for"]

_SPECS = ("auto", "embedded")


def provider_for(spec: str, *, locale: str = "C.UTF-8") -> Provider:
    """The provider that `spec` names.

    `auto` and `embedded` are the PostgreSQL that comes with migcheck, `embedded:16` another version of it.
    `locale` is that of private servers. Raises UsageError.
    """
    word, _, rest = spec.partition(":")
    if word in ("auto", "embedded"):
        return EmbeddedProvider(_major(spec, rest), locale) if rest else EmbeddedProvider(locale=locale)
    raise _unknown(spec)


def _major(spec: str, text: str) -> int:
    if not text.isdigit():
        raise UsageError(f"--database {spec}: {text!r} is not a version", "Write embedded:16, for instance.")
    return int(text)


def _unknown(spec: str) -> UsageError:
    word = spec.partition(":")[0]
    near = difflib.get_close_matches(word, _SPECS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(_SPECS)} and a server's URL."
    return UsageError(f"unknown database {spec!r}", hint)


def all_providers() -> tuple[Provider, ...]:
    """One of each, for `migcheck doctor`."""
    return (EmbeddedProvider(),)
