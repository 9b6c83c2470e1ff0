"""Turning connections to a server of which only SQLAlchemy's dialect is known."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import Pool

from migcheck.dialects.generic.connection import OWN, connect_arguments, url_of
from migcheck.errors import MigcheckError
from migcheck.guard.base import importable
from migcheck.model import ServerAddress

# What of the user's own connection arguments says nothing of where it leads, in the words of any driver.
_KEPT = frozenset(
    "application_name autocommit charset client_encoding connect_timeout init_command login_timeout options"
    " server_settings timeout".split()
)


class GenericTarget:
    """One database of a server; see `base.Target`.

    What a driver is given is made by SQLAlchemy's dialect from the database's URL.
    """

    def __init__(self, address: ServerAddress, database: str) -> None:
        self.address = address
        self.database = database
        self._records: list[Any] = []
        event.listen(Pool, "connect", self._connected)

    def turn(self, driver: str, args: list[Any], parameters: dict[str, Any]) -> bool:
        """See `base.Target.turn`."""
        try:
            own_args, own = connect_arguments(self.address, self.database, driver)
        except (MigcheckError, SQLAlchemyError):
            return False
        kept = {name: value for name, value in parameters.items() if name in _KEPT}
        args[:] = own_args
        parameters.clear()
        parameters.update({**kept, **own})
        return True

    def point_environment(self, environ: MutableMapping[str, str]) -> None:
        """Nothing: it is not known what the server's programs read."""

    def url(self, driver: str, asynchronous: bool) -> str:
        """See `base.Target.url`."""
        chosen = driver if driver and importable(driver) else ""
        return str(url_of(self.address, self.database, chosen).render_as_string(hide_password=False))

    def forget(self) -> None:
        """Close the connections of the user's code that are still open: nobody tells the server to."""
        records, self._records = self._records, []
        for record in records:
            if OWN not in record.info:
                record.invalidate()

    def _connected(self, _connection: Any, record: Any) -> None:
        self._records.append(record)
