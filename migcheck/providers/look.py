"""What is seen when a server that somebody else runs is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress


@dataclass(frozen=True, slots=True)
class Look:
    """A server that will do: its address with all that the URL left open, and what it is (MySQL, 8.4.2)."""

    address: ServerAddress
    product: str
    version: str


def unusable(error: DatabaseError, hints: Iterable[tuple[str, str]]) -> ProviderError:
    """The error for a server that cannot be connected to; of `hints` the first whose words it says."""
    hint = next((hint for words, hint in hints if words in error.message), error.hint)
    return ProviderError(f"the server of the URL cannot be used: {error.message}", hint)
