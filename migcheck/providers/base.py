"""What a provider is: a way to get a database server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from migcheck.model import ServerAddress


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a provider works on this machine.

    `detail` says what is there (version and place) or why not; `hint` what to do where it doesn't work.
    """

    provider: str
    available: bool
    detail: str
    hint: str | None = None


class Server(Protocol):
    """A running server.

    `run` is the id of this use of the server: databases named after it (`databases.new_name(server.run)`) are
    recognised as left over when the run has died. `version` is the server's, such as `18.4`.
    """

    @property
    def address(self) -> ServerAddress:
        """Where it answers, and the login to use; `address.dialect` says what kind of server it is."""
        ...

    @property
    def provider(self) -> str:
        """The name of the provider it came from."""
        ...

    @property
    def version(self) -> str:
        """The server's version, such as `18.4`."""
        ...

    @property
    def run(self) -> str:
        """The id of this use of the server: lower-case letters and digits."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a report should say of it."""
        ...

    def log_tail(self) -> str:
        """The last lines of the server's log; empty where it cannot be seen."""
        ...


@dataclass(frozen=True, slots=True)
class LoglessServer:
    """A server whose log is not ours to read, or that keeps none; see `Server`."""

    address: ServerAddress
    provider: str
    version: str
    run: str
    notes: tuple[str, ...] = ()

    def log_tail(self) -> str:
        """Nothing."""
        return ""


class Provider(Protocol):
    """A way to get a server. `name` is the word that selects it in `--database`."""

    @property
    def name(self) -> str:
        """The word that selects it."""
        ...

    @property
    def dialect(self) -> str:
        """The dialect of its servers (`ServerAddress.dialect`), as far as that is known before one runs."""
        ...

    def availability(self) -> Availability:
        """Look, without starting anything that stays, whether it works here; raises nothing."""
        ...

    def start(self) -> AbstractContextManager[Server]:
        """Get a server for the length of a `with` block; raises ProviderError where none can be had."""
        ...
