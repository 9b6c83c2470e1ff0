"""What exceptions of drivers that nothing is known of mean, as far as that can be told."""

from __future__ import annotations

import re

from migcheck.dialects.exceptions import chain, sqlstate

_DISK_FULL = re.compile(
    r"no space left on device|disk (?:is )?full|filegroup is full|could not allocate space|out of disk space",
    re.IGNORECASE,
)
# Class 08 of SQLSTATE is of connections; HYT00 and HYT01 are ODBC's for a server that does not answer.
_LOST = re.compile(r"08...|57P0[123]|HYT0[01]")


def is_disk_full(error: BaseException) -> bool:
    """Whether the server says that its disk is full."""
    return any(_state(each) == "53100" or _DISK_FULL.search(str(each)) for each in chain(error))


def is_lost(error: BaseException) -> bool:
    """Whether the connection, or the server, has gone away."""
    return any(
        getattr(each, "connection_invalidated", False)
        or isinstance(each, (ConnectionError, TimeoutError))
        or _LOST.fullmatch(_state(each))
        for each in chain(error)
    )


def _state(error: BaseException) -> str:
    """SQLSTATE, where a driver gives it; ODBC's give it first of all."""
    if (state := sqlstate(error)) is not None:
        return state
    first = error.args[0] if error.args else None
    return first if isinstance(first, str) and len(first) == 5 else ""
