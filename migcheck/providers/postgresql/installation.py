"""The programs of a PostgreSQL server: where they may be, and where a server's user can reach them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.account import Account
from migcheck.providers.installation import Folders, Launch, untold, version_text
from migcheck.providers.postgresql import cluster

OLDEST = 13

_NEEDED = ("postgres", "initdb")

# Where packages put versions side by side, outside PATH.
_PACKAGES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # packages of postgresql.org for Red Hat and its kin
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",  # Homebrew on Intel
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class PostgreSQLInstallation:
    """A folder with `postgres` and `initdb`; see `installation.Installation`.

    `tree` is a folder that holds all the installation needs, where that can be copied as a whole
    (binaries that find their libraries relative to themselves), else None.
    """

    bin: Path
    version: str
    tree: Path | None = None

    @property
    def product(self) -> str:
        """PostgreSQL."""
        return "PostgreSQL"

    @property
    def major(self) -> int:
        """18 for version 18.4."""
        return _major(self.version)

    @property
    def order(self) -> tuple[int, ...]:
        """(18, 4) for version 18.4, to sort by; a version in the making comes before its first release."""
        numbers = re.findall(r"\d+", self.version)
        return (int(numbers[0]), -1) if re.search("[a-z]", self.version) else tuple(map(int, numbers))

    @property
    def supported(self) -> bool:
        """Whether migcheck works with this version."""
        return self.major >= OLDEST

    @property
    def marks(self) -> tuple[str, ...]:
        """What begins the words that tell why it failed."""
        return ("FATAL:", "PANIC:", "error:", "could not")

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """What to do where certain words are in the output."""
        return (
            (
                "could not look up effective user ID",
                "Run as root or a user with a line in /etc/passwd, or use --database with a server's URL.",
            ),
            (
                "could not map anonymous shared memory",
                "The system gives no memory: a container needs about 300 MB for a server.",
            ),
        )

    def reachable(self, account: Account) -> bool:
        """Whether `account` can run the programs where they are."""
        return all(account.may_read(self.bin / program) for program in _NEEDED)

    def copied(self, target: Path) -> PostgreSQLInstallation:
        """Copy what a server needs at run time into `target`, so that another user can execute it.

        Keeps the folders' positions relative to each other, by which the programs find their libraries and
        shared files. Raises ProviderError where the installation isn't one tree.
        """
        tree = self.tree
        if tree is None:
            raise ProviderError(
                f"the user that the server runs as cannot enter {self.bin}",
                "Make the folder and its parents enterable for others (chmod o+x),"
                " or use --database embedded.",
            )
        prefix = self.bin.parent.relative_to(tree)
        for source in (self.bin.parent / "lib", self.bin.parent / "share"):
            shutil.copytree(source, target / prefix / source.name, symlinks=True, ignore=_not_needed)
        (target / prefix / "bin").mkdir()
        for program in _NEEDED:
            shutil.copy2(self.bin / program, target / prefix / "bin" / program)
        for libraries in tree.glob("*.libs"):
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        _open_to_all(target)
        return PostgreSQLInstallation(target / prefix / "bin", self.version, target)

    def launch(self, folders: Folders, locale: str) -> Launch:
        """How to run a fresh cluster; raises UsageError for a locale that isn't there."""
        address = ServerAddress(
            "postgresql",
            host=str(folders.socket),
            port=cluster.PORT,
            user=cluster.SUPERUSER,
            password=None,
            database="postgres",
            private=True,
        )
        return Launch(
            initialise=cluster.initdb_command(self.bin, self.major, folders.data, locale),
            serve=cluster.server_command(self.bin, self.major, folders.data, folders.socket),
            address=address,
            pid_file="postmaster.pid",
        )

    def answers(self, address: ServerAddress) -> bool:
        """Whether the server at `address` answers a query."""
        try:
            with databases.connect(address) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except DatabaseError:
            return False


def has_programs(folder: Path) -> bool:
    """Whether `folder` holds a server's programs."""
    # Not Path.is_file(): that raises for a folder that we may not enter, such as another user's on PATH.
    return all(os.path.isfile(folder / program) for program in _NEEDED)


def installation_in(folder: Path, tree: Path | None = None) -> PostgreSQLInstallation:
    """The installation whose programs are in `folder`; raises ProviderError where they don't run."""
    program = folder / "postgres"
    text = version_text(program)
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+|devel|beta\d+|rc\d+))", text)
    if found is None:
        raise untold(program, text)
    return PostgreSQLInstallation(folder, found[1], tree)


def dump_program(server: str, folders: Iterable[Path]) -> Path | None:
    """A pg_dump in one of `folders`, or in one that is installed, for a server of the version `server`.

    The oldest that is not older than the server; None where there is none.
    """
    found = [installation_in(folder) for folder in folders] + installed()
    usable = [one for one in found if _major(server) <= one.major and (one.bin / "pg_dump").is_file()]
    return min(usable, key=lambda one: one.order).bin / "pg_dump" if usable else None


def _major(version: str) -> int:
    return int(re.match(r"\d+", version)[0])  # type: ignore[index]  # as servers tell it


def given(folder: Path) -> PostgreSQLInstallation | None:
    """What is installed in `folder`, or in its bin; None where nothing is.

    Raises ProviderError where it is broken.
    """
    for place in (folder, folder / "bin"):
        if has_programs(place):
            return _movable(place)
    return None


def installed() -> list[PostgreSQLInstallation]:
    """All servers on this machine that run, in the order in which they are found; each once."""
    found = []
    seen = set()
    for folder in _folders():
        resolved = folder.resolve()
        if resolved in seen or not has_programs(resolved):
            continue
        seen.add(resolved)
        try:
            found.append(_movable(resolved))
        except ProviderError:
            continue  # the remains of one, or of another processor's
    return found


def _movable(folder: Path) -> PostgreSQLInstallation:
    folder = folder.resolve()
    prefix = folder.parent
    movable = (prefix / "lib").is_dir() and (prefix / "share").is_dir()
    return installation_in(folder, tree=prefix if movable else None)


def _folders() -> Iterator[Path]:
    for entry in os.get_exec_path():
        if entry and has_programs(Path(entry)):
            yield (Path(entry) / "postgres").resolve().parent
    for pattern in _PACKAGES:
        yield from sorted(Path("/").glob(pattern[1:]))
    config = shutil.which("pg_config")
    if config is not None:
        try:
            done = subprocess.run(
                [config, "--bindir"], capture_output=True, text=True, timeout=10, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return
        yield Path(done.stdout.strip())


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
