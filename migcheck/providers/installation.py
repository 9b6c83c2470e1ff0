"""The programs of a PostgreSQL server: which version they are, and where a server's user can reach them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from migcheck.errors import ProviderError
from migcheck.providers.account import Account

OLDEST = 13
NEWEST = 18

_NEEDED = ("postgres", "initdb")
_TIMEOUT = 20  # seconds


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with `postgres` and `initdb`; `version` is such as `18.4`.

    `tree` is a folder that holds all the installation needs, where that can be copied as a whole
    (binaries that find their libraries relative to themselves), else None.
    """

    bin: Path
    version: str
    tree: Path | None = None

    @property
    def major(self) -> int:
        """18 for version 18.4."""
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]  # checked when it was made

    @property
    def order(self) -> tuple[int, ...]:
        """(18, 4) for version 18.4, to sort by; a version in the making comes before its first release."""
        numbers = re.findall(r"\d+", self.version)
        return (int(numbers[0]), -1) if re.search("[a-z]", self.version) else tuple(map(int, numbers))

    def reachable(self, account: Account) -> bool:
        """Whether `account` can run the programs where they are."""
        return all(account.may_read(self.bin / program) for program in _NEEDED)


def has_programs(folder: Path) -> bool:
    """Whether `folder` holds a server's programs."""
    # Not Path.is_file(): that raises for a folder that we may not enter, such as another user's on PATH.
    return all(os.path.isfile(folder / program) for program in _NEEDED)


def installation_in(folder: Path, tree: Path | None = None) -> Installation:
    """The installation whose programs are in `folder`; raises ProviderError where they don't run."""
    program = folder / "postgres"
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProviderError(
            f"{program} does not run: {error}", "Was it made for this system and processor?"
        ) from error
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+|devel|beta\d+|rc\d+))", done.stdout)
    if found is None:
        said = (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
        raise ProviderError(f"{program} does not tell its version: {said}", "Is it a PostgreSQL server?")
    return Installation(folder, found[1], tree)


def copy_programs(installation: Installation, target: Path) -> Installation:
    """Copy what a server needs at run time into `target`, so that another user can execute it.

    Keeps the folders' positions relative to each other, by which the programs find their libraries and
    shared files. Raises ProviderError where the installation isn't one tree.
    """
    tree = installation.tree
    if tree is None:
        raise ProviderError(
            f"the user that the server runs as cannot enter {installation.bin}",
            "Make the folder and its parents enterable for others (chmod o+x), or use --database embedded.",
        )
    prefix = installation.bin.parent.relative_to(tree)
    for source in (installation.bin.parent / "lib", installation.bin.parent / "share"):
        shutil.copytree(source, target / prefix / source.name, symlinks=True, ignore=_not_needed)
    (target / prefix / "bin").mkdir()
    for program in _NEEDED:
        shutil.copy2(installation.bin / program, target / prefix / "bin" / program)
    for libraries in tree.glob("*.libs"):
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    _open_to_all(target)
    return Installation(target / prefix / "bin", installation.version, target)


def _open_to_all(folder: Path) -> None:
    """Under a strict umask the originals can be read by their owner only."""
    for parent, _, files in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in files:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if os.access(path, os.X_OK) else 0o644)


def _not_needed(folder: str, names: list[str]) -> list[str]:
    """Left out: what only builds of extensions need, documentation, and translations."""
    unneeded = {"pgxs", "pkgconfig", "man", "doc", "locale"}
    return [name for name in names if name.endswith(".a") or name in unneeded]
