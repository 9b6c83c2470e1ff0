"""Providers of others: registered by the decorator `provider`, selected by their names in `--database`."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from migcheck.dialects import dialect_of
from migcheck.errors import MigcheckError, PluginError, UsageError
from migcheck.model import ServerAddress
from migcheck.providers.base import Availability, LoglessServer, Server
from migcheck.providers.existing import use
from migcheck.providers.url import address_of, is_url

WORDS = ("auto", "embedded", "local", "docker", "sqlite")
"""The names that are migcheck's own."""

F = TypeVar("F", bound=Callable[..., Any])

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Registered:
    """A provider of others: its name, the dialect of its servers, and what makes one for an argument."""

    name: str
    dialect: str
    make: Callable[[str | None], Any]
    place: str
    distribution: str = ""

    @property
    def module(self) -> str:
        """The module in which it is defined."""
        return self.place.partition(":")[0]

    @property
    def origin(self) -> str:
        """Whose it is, for people."""
        return f"{self.distribution} ({self.place})" if self.distribution else self.place


_REGISTERED: dict[str, Registered] = {}


def provider(name: str, *, dialect: str = "postgresql") -> Callable[[F], F]:
    """Register the decorated function or class as a way to get a server: `--database NAME` or `NAME:ARG`.

    It is called with the argument (None without one). A generator function, or one that returns a context
    manager, starts a server, yields its URL (`postgresql://user@host/`, with a login that may create
    databases) or a `Server`, and cleans up. A class, or a function that returns an object, may give the whole
    interface instead: see `migcheck.providers.base.Provider`. `dialect` is SQLAlchemy's name for what it
    gives. What is decorated stays as it is. Raises UsageError for a name that is wrong or taken.
    """

    def register(make: F) -> F:
        place = f"{getattr(make, '__module__', '?')}:{getattr(make, '__qualname__', make)}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UsageError(
                f"the provider {place} has the name {name!r}",
                "a name is of small letters, digits, - and _, and begins with a letter",
            )
        other = _REGISTERED.get(name)
        if name in WORDS or (other is not None and other.place != place):
            by = other.origin if other else "migcheck"
            raise UsageError(
                f"the provider {name!r} is there twice: of {by} and of {place}",
                "give one another name",
            )
        _REGISTERED[name] = Registered(name, dialect, make, place)
        return make

    return register


def registered() -> tuple[Registered, ...]:
    """All providers of others, by their names."""
    return tuple(_REGISTERED[name] for name in sorted(_REGISTERED))


def attribute(registered: Registered, distribution: str) -> None:
    """Remember which distribution (`acme-servers 1.2`) a provider has come with."""
    _REGISTERED[registered.name] = replace(registered, distribution=distribution)


class CustomProvider:
    """A provider of others; what it raises, or gives that is no server, is told as its own."""

    def __init__(self, registered: Registered, argument: str | None) -> None:
        self.name = registered.name
        self.dialect = registered.dialect
        self._registered, self._argument = registered, argument

    def availability(self) -> Availability:
        """What it says itself; one that cannot say is tried: started and ended."""
        try:
            made = self._made()
            if callable(getattr(made, "availability", None)):
                found = made.availability()
                if not isinstance(found, Availability):
                    raise PluginError(f"{self._title}: availability() gave {found!r}", "give an Availability")
                return replace(found, provider=self.name)
            with self.start() as server:
                title = dialect_of(server.address.dialect).title
                detail = f"{title} {server.version} at {server.address.place}, of {self._registered.origin}"
                return Availability(self.name, True, detail)
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)
        except Exception as error:
            return Availability(self.name, False, self._broke("broke", error).message)

    @contextmanager
    def start(self) -> Iterator[Server]:
        """Its server, for the length of the block; raises MigcheckErrors of its own, PluginError for more."""
        manager = self._manager()
        try:
            given = manager.__enter__()
        except MigcheckError:
            raise
        except Exception as error:
            raise self._broke("did not start", error) from error
        try:
            with self._server(given) as server:
                yield server
        except BaseException as error:
            try:
                manager.__exit__(type(error), error, error.__traceback__)
            except BaseException as second:
                if second is not error and isinstance(error, MigcheckError):
                    # What was wrong in the first place says more.
                    also = self._broke("did not end well either", second).message
                    error.hint = f"{error.hint}\n{also}" if error.hint else also
            raise
        try:
            manager.__exit__(None, None, None)
        except MigcheckError:
            raise
        except Exception as error:
            raise self._broke("did not end well", error) from error

    @property
    def _title(self) -> str:
        return f"the provider {self.name!r} of {self._registered.origin}"

    def _made(self) -> Any:
        try:
            return self._registered.make(self._argument)
        except MigcheckError:
            raise
        except Exception as error:
            raise self._broke("did not start", error) from error

    def _manager(self) -> AbstractContextManager[Any]:
        made = self._made()
        if callable(getattr(made, "start", None)):
            try:
                made = made.start()
            except MigcheckError:
                raise
            except Exception as error:
                raise self._broke("did not start", error) from error
        if inspect.isgenerator(made):
            return contextmanager(lambda: made)()
        if isinstance(made, AbstractContextManager):
            return made
        raise PluginError(
            f"{self._title} gave {made!r}",
            "yield the URL of a server, or give a migcheck.providers.Provider",
        )

    def _server(self, given: Any) -> AbstractContextManager[Server]:
        if isinstance(given, str) and is_url(given):
            address = self._checked(address_of(given))
            return self._used(address)
        if isinstance(getattr(given, "address", None), ServerAddress) and isinstance(
            getattr(given, "run", None), str
        ):
            self._checked(given.address)
            return nullcontext(given)
        # Not shown: it may be a URL with a password in some other form.
        raise PluginError(
            f"{self._title} gave {type(given).__name__}, which is neither a URL as text nor a server",
            "yield a text such as postgresql://user:password@host/ or a migcheck.providers.Server",
        )

    def _checked(self, address: ServerAddress) -> ServerAddress:
        if address.dialect not in dialect_of(self.dialect).family:
            raise PluginError(
                f"{self._title} gave a server for {address.dialect}, and says that it gives {self.dialect}",
                f"write @migcheck.provider({self.name!r}, dialect={address.dialect!r})",
            )
        return address

    @contextmanager
    def _used(self, address: ServerAddress) -> Iterator[Server]:
        with use(address) as server:
            yield replace(server, provider=self.name)

    def _broke(self, how: str, error: BaseException) -> PluginError:
        frames = traceback.extract_tb(error.__traceback__)
        place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        return PluginError(
            f"{self._title} {how}{place}: {type(error).__name__}: {error}",
            "that is the provider's own fault, or that of what it starts; another: --database auto",
            "".join(traceback.format_exception(type(error), error, error.__traceback__)),
        )


__all__ = ["WORDS", "CustomProvider", "LoglessServer", "Registered", "attribute", "provider", "registered"]
