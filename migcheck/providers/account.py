"""The operating system's user that a private server runs as, and what that user can reach.

PostgreSQL, MariaDB and MySQL refuse to run as root. In a container everything is root, so the server becomes
somebody else.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from migcheck.errors import ProviderError

# initdb looks the user up by number, so it must be one that has a name: a free number won't do.
_CANDIDATES = ("postgres", "mysql", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user's numbers; `switch` is True where the server must become this user (we are root)."""

    name: str
    uid: int
    gid: int
    switch: bool

    def may_enter(self, path: Path) -> bool:
        """Whether this user can reach `path`, a directory: x on it and on each of its parents."""
        resolved = path.resolve()
        return all(self._may(folder, stat.S_IXOTH) for folder in (resolved, *resolved.parents))

    def may_read(self, path: Path) -> bool:
        """Whether this user can read the file at `path`."""
        return self._may(path, stat.S_IROTH) and self.may_enter(path.parent)

    def _may(self, path: Path, bit_of_others: int) -> bool:
        if not self.switch:
            return os.access(path, os.X_OK if bit_of_others == stat.S_IXOTH else os.R_OK)
        try:
            status = path.stat()
        except OSError:
            return False
        if status.st_uid == self.uid:
            return bool(status.st_mode & (bit_of_others << 6))
        if status.st_gid == self.gid:
            return bool(status.st_mode & (bit_of_others << 3))
        return bool(status.st_mode & bit_of_others)


def server_account() -> Account:
    """Who the server runs as: ourselves, or, for root, the first unprivileged user that there is."""
    uid = os.geteuid()
    if uid != 0:
        return Account(name="", uid=uid, gid=os.getegid(), switch=False)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    for entry in sorted(pwd.getpwall(), key=lambda entry: -entry.pw_uid):
        if entry.pw_uid != 0:
            return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    raise ProviderError(
        "a database server does not run as root, and there is no other user on this system",
        "Add one (useradd --system postgres), or run migcheck as an ordinary user.",
    )
