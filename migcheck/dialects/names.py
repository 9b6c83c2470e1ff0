"""Names of disposable databases: the only ones that are ever made, altered or dropped, on any server."""

from __future__ import annotations

import re
import secrets

from migcheck.errors import DatabaseError

PREFIX = "migcheck_"

_OURS = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{1,54}")


def new_run() -> str:
    """An id for a run: `r` and 8 hex digits. Databases of other ids are never taken for leftovers."""
    return "r" + secrets.token_hex(4)


def new_name(run: str) -> str:
    """A name for a new database of this run: `migcheck_<run>_<8 hex digits>`.

    `run` is lower-case letters and digits, at most 32 of them.
    """
    if not re.fullmatch(r"[a-z0-9]{1,32}", run):
        raise ValueError(f"a run id is made of lower-case letters and digits: {run!r}")
    return f"{PREFIX}{run}_{secrets.token_hex(4)}"


def require_ours(name: str) -> str:
    """`name` itself; raises DatabaseError for a database that migcheck has not made."""
    if not _OURS.fullmatch(name):
        raise DatabaseError(
            f"refused: database {name!r} was not made by migcheck",
            f"Only databases whose name begins with {PREFIX} are ever created, altered or dropped.",
        )
    return name
