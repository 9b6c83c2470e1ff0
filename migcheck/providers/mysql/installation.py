"""The programs of a MariaDB or MySQL server: where they may be, and which product and version they are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migcheck.dialects.mysql.connection import connect, query, require_driver
from migcheck.errors import DatabaseError, ProviderError
from migcheck.model import ServerAddress
from migcheck.providers.account import Account
from migcheck.providers.installation import Folders, Launch, untold, version_text
from migcheck.providers.mysql import data_directory

OLDEST = {"MariaDB": "10.5", "MySQL": "8.0"}

_PROGRAMS = ("mariadbd", "mysqld")

# Where packages put servers, which mostly are on no user's PATH.
_PACKAGES = (
    "/usr/sbin",  # Debian, Ubuntu
    "/usr/libexec",  # Red Hat and its kin
    "/usr/local/sbin",
    "/usr/local/libexec",  # FreeBSD
    "/usr/local/bin",
    "/usr/local/mysql*/bin",  # archives of mysql.com and mariadb.org
    "/usr/local/mariadb*/bin",
    "/opt/mysql*/bin",
    "/opt/mariadb*/bin",
    "/opt/homebrew/opt/mariadb*/bin",
    "/opt/homebrew/opt/mysql*/bin",
    "/usr/local/opt/mariadb*/bin",  # Homebrew on Intel
    "/usr/local/opt/mysql*/bin",
    "/opt/local/lib/mariadb*/bin",  # MacPorts
    "/opt/local/lib/mysql*/bin",
)

_APPARMOR = (
    "If the folder can be written, AppArmor or SELinux keeps the server out of it: `aa-complain {program}`,"
    " or use --database docker or a server's URL."
)


@dataclass(frozen=True, slots=True)
class MySQLInstallation:
    """A program `mariadbd` or `mysqld`; see `installation.Installation`. `product` is MariaDB or MySQL."""

    program: Path
    product: str
    version: str

    @property
    def bin(self) -> Path:
        """The folder of the program."""
        return self.program.parent

    @property
    def order(self) -> tuple[int, ...]:
        """(10, 11, 6) for version 10.11.6."""
        return tuple(map(int, self.version.split(".")))

    @property
    def supported(self) -> bool:
        """Whether migcheck works with this version."""
        return self.order >= tuple(map(int, OLDEST[self.product].split(".")))

    @property
    def marks(self) -> tuple[str, ...]:
        """What begins the words that tell why it failed."""
        return ("[ERROR]", "ERROR:", "error while loading")

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """What to do where certain words are in the output."""
        denied = _APPARMOR.format(program=self.program)
        full = "The disk is full: free some space, or point TMPDIR to a folder that has it."
        return (
            ("Permission denied", denied),
            ("error number 13", denied),
            ("error 28", full),
            ("error number 28", full),
            ("Disk is full", full),
            ("error while loading", "Install what is missing; `ldd` shows all that the program needs."),
            ("io_setup() failed", "Raise the system's limit: sysctl fs.aio-max-nr=1048576."),
        )

    def reachable(self, account: Account) -> bool:
        """Whether `account` can run the program where it is."""
        return account.may_read(self.program)

    def copied(self, target: Path) -> MySQLInstallation:
        """Always raises ProviderError: the program finds its other files where it was built for."""
        raise ProviderError(
            f"the user that the server runs as cannot enter {self.bin}",
            "Make the folder and its parents enterable for others (chmod o+x).",
        )

    def launch(self, folders: Folders, locale: str) -> Launch:
        """How to run a server; `locale` has no meaning here, charset and collation are the server's defaults.

        Raises ProviderError for an installation that lacks files.
        """
        address = ServerAddress(
            "mariadb" if self.product == "MariaDB" else "mysql",
            host=str(folders.socket / data_directory.SOCKET),
            port=0,
            user="root",
            password=None,
            database="",
            private=True,
        )
        if self.product == "MariaDB":
            script = data_directory.system_tables(self.program)
            initialise = data_directory.bootstrap_command(self.program, folders)
        else:
            script = ""
            initialise = data_directory.initialize_command(self.program, folders)
        return Launch(
            initialise=initialise,
            serve=data_directory.server_command(self.program, folders, self.product),
            address=address,
            pid_file=data_directory.PID_FILE,
            script=script,
        )

    def answers(self, address: ServerAddress) -> bool:
        """Whether the server at `address` answers a query."""
        if not os.path.exists(address.host):
            return False
        try:
            connection = connect(address)
        except DatabaseError:
            return False
        with connection:
            return query(connection, "SELECT 1") == [(1,)]


def given(folder: Path) -> MySQLInstallation | None:
    """What is installed in `folder`, or in its bin, sbin or libexec; None where nothing is.

    Raises ProviderError where it is broken, DatabaseError where the driver is missing that it is used with.
    """
    require_driver()
    for place in (folder, folder / "bin", folder / "sbin", folder / "libexec"):
        for name in _PROGRAMS:
            if os.path.isfile(place / name):
                return _installation(place / name)
    return None


def installed() -> list[MySQLInstallation]:
    """All servers on this machine that run, in the order in which they are found; each once.

    Raises DatabaseError where the driver is missing that they are used with.
    """
    require_driver()
    found = []
    seen = set()
    for folder in _folders():
        for name in _PROGRAMS:
            program = folder / name
            if not os.path.isfile(program) or program.resolve() in seen:
                continue
            seen.add(program.resolve())
            try:
                found.append(_installation(program))
            except ProviderError:
                continue  # the remains of one, or of another processor's
    return found


def _folders() -> Iterator[Path]:
    for entry in os.get_exec_path():
        if entry:
            yield Path(entry)
    for pattern in _PACKAGES:
        yield from sorted(Path("/").glob(pattern[1:]))


def _installation(program: Path) -> MySQLInstallation:
    """The server that `program` is; raises ProviderError where it doesn't run."""
    program = program.resolve()
    text = version_text(program)
    found = re.search(r"\bVer (\d+\.\d+\.\d+)", text)
    if found is None:
        raise untold(program, text)
    return MySQLInstallation(program, "MariaDB" if "MariaDB" in text else "MySQL", found[1])
