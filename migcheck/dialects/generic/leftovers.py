"""Databases that runs which died on this machine have left on somebody's server.

A run locks a file of its own (flock) for as long as it lives, since no lock is known that every server has
and that ends with its session. Of runs on other machines nothing is known: theirs are left alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migcheck.dialects.generic.databases import all_names, drop, names
from migcheck.dialects.names import PREFIX
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

try:
    import fcntl
except ImportError:  # Windows: leftovers stay
    fcntl = None  # type: ignore[assignment]

_RUN = re.compile(r"r[0-9a-f]{8}")
_NAME = re.compile(rf"{PREFIX}({_RUN.pattern})_[0-9a-f]{{8}}")


@contextmanager
def hold(address: ServerAddress, run: str) -> Iterator[None]:
    """Show other runs that `run` (of `names.new_run()`) lives, for the length of the block.

    Its file stays behind where databases of it do, or where that cannot be known.
    """
    if fcntl is None:
        yield
        return
    path = _path(run)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        with contextlib.suppress(DatabaseError):
            if not names(address, run):
                path.unlink(missing_ok=True)
        os.close(descriptor)


def _path(run: str) -> Path:
    if _RUN.fullmatch(run) is None:
        raise ValueError(f"not the id of a run: {run!r}")
    return Path(tempfile.gettempdir(), f"{PREFIX}{run}.lock")


def drop_leftovers(address: ServerAddress) -> list[str]:
    """Drop the databases of dead runs, as far as this login may; returns the names of what is gone."""
    gone = []
    for name in sorted(all_names(address)):
        found = _NAME.fullmatch(name)
        if found is not None and _is_dead(_path(found[1])):
            with contextlib.suppress(DatabaseError):  # another user's, or another run is at it
                drop(address, name)
                gone.append(name)
                if not names(address, found[1]):
                    _path(found[1]).unlink(missing_ok=True)
    return gone


def _is_dead(path: Path) -> bool:
    """Whether this file is of a run of this user's that has ended."""
    if fcntl is None:
        return False
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False  # it lives
    finally:
        os.close(descriptor)
    return True
