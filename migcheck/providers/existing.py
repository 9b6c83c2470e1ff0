"""`existing`: a server that somebody else runs, named by a URL.

Only databases whose names carry our prefix are made, used and dropped there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from migcheck.dialects import dialect_of
from migcheck.dialects.names import PREFIX, new_run
from migcheck.errors import DatabaseError, MigcheckError
from migcheck.model import ServerAddress
from migcheck.providers.base import Availability, LoglessServer
from migcheck.providers.look import Look
from migcheck.providers.url import address_of


class ExistingProvider:
    """The server at `url`, on which the login may create databases."""

    name = "existing"

    def __init__(self, url: str) -> None:
        self.wanted = address_of(url)
        self.dialect = self.wanted.dialect

    def availability(self) -> Availability:
        """Whether the server answers and lets us create databases."""
        try:
            found = _means(self.wanted).look(self.wanted)
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)
        address = found.address
        detail = f"{found.product} {found.version}, {address.user} at {address.place}"
        return Availability(self.name, True, detail)

    def start(self) -> AbstractContextManager[LoglessServer]:
        """Use the server for the length of a block.

        Databases of runs that died are dropped first, at the end what is left of this run's. Raises
        ProviderError.
        """
        return use(self.wanted)


@dataclass(frozen=True, slots=True)
class _Means:
    """What works in a way of its own on each kind of server."""

    look: Callable[[ServerAddress], Look]
    hold: Callable[[ServerAddress, str], AbstractContextManager[None]]
    drop_leftovers: Callable[[ServerAddress], list[str]]


def _means(wanted: ServerAddress) -> _Means:
    # Imported only now: each has a driver of its own.
    if wanted.dialect == "postgresql":
        from migcheck.dialects.postgresql import leftovers as postgresql_leftovers
        from migcheck.providers.postgresql import look as postgresql

        return _Means(postgresql.look, postgresql_leftovers.hold, postgresql_leftovers.drop_leftovers)
    if wanted.dialect in ("mysql", "mariadb"):
        from migcheck.dialects.mysql import leftovers as mysql_leftovers
        from migcheck.providers.mysql import look as mysql

        return _Means(mysql.look, mysql_leftovers.hold, mysql_leftovers.drop_leftovers)
    from migcheck.dialects.generic import leftovers
    from migcheck.providers import generic

    return _Means(generic.look, leftovers.hold, leftovers.drop_leftovers)


@contextmanager
def use(wanted: ServerAddress) -> Iterator[LoglessServer]:
    """Use a server that others use, too, for the length of a block; see `ExistingProvider.start`."""
    means = _means(wanted)
    found = means.look(wanted)
    server = LoglessServer(found.address, ExistingProvider.name, found.version, new_run())
    means.drop_leftovers(found.address)
    with means.hold(found.address, server.run):
        try:
            yield server
        except MigcheckError as error:
            try:
                _drop_all(server)
            except DatabaseError:  # what was wrong in the first place says more
                left = f"databases {PREFIX}{server.run}_* may be left there: the next run drops them"
                error.hint = f"{error.hint}\n{left}" if error.hint else left
            raise
        except BaseException:
            _drop_all(server)
            raise
        _drop_all(server)


def _drop_all(server: LoglessServer) -> None:
    dialect = dialect_of(server.address.dialect)
    for name in dialect.names(server.address, server.run):
        dialect.drop(server.address, name)
