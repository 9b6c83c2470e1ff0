"""`local`: a private server from what is installed on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.providers.base import Availability
from migcheck.providers.installation import Installation
from migcheck.providers.mysql import installation as mysql
from migcheck.providers.postgresql import installation as postgresql
from migcheck.providers.private import PrivateProvider


@dataclass(frozen=True, slots=True)
class _Kind:
    """What there is to find for a dialect, and what people are told about it."""

    title: str
    oldest: str
    programs: str
    install: str
    installed: Callable[[], Sequence[Installation]]
    given: Callable[[Path], Installation | None]
    preferred: str = ""  # the product to take before others of the kind


def _mysql(preferred: str, packages: str) -> _Kind:
    return _Kind(
        title="MariaDB or MySQL",
        oldest=f"MariaDB {mysql.OLDEST['MariaDB']}, MySQL {mysql.OLDEST['MySQL']} or newer",
        programs="mariadbd or mysqld",
        install=f"Install one ({packages})",
        installed=mysql.installed,
        given=mysql.given,
        preferred=preferred,
    )


_KINDS = {
    "postgresql": _Kind(
        title="PostgreSQL",
        oldest=f"PostgreSQL {postgresql.OLDEST} or newer",
        programs="postgres and initdb; `pg_config --bindir` may tell",
        install="Install one (Debian: apt-get install postgresql; macOS: brew install postgresql)",
        installed=postgresql.installed,
        given=postgresql.given,
    ),
    "mariadb": _mysql("MariaDB", "Debian: apt-get install mariadb-server-core; macOS: brew install mariadb"),
    "mysql": _mysql("MySQL", "Ubuntu: apt-get install mysql-server-core; macOS: brew install mysql"),
}


class LocalProvider(PrivateProvider):
    """A private server from installed binaries.

    `dialect` is SQLAlchemy's name of what is wanted (PostgreSQL where that is no server's); for `mysql`
    MariaDB will do where there is no MySQL, and the other way round. `bindir` is the folder to take the
    binaries from, whatever they are; without it all known places are searched, and the newest version wins,
    or the newest of `major` (15; MariaDB counts such as "10.11").
    """

    name = "local"

    def __init__(
        self,
        bindir: Path | None = None,
        major: int | str | None = None,
        locale: str = "C.UTF-8",
        dialect: str = "postgresql",
    ) -> None:
        self.bindir = bindir
        self.major = major
        self.locale = locale
        self.dialect = dialect if dialect in _KINDS else "postgresql"

    def installation(self) -> Installation:
        """The binaries to use.

        Raises UsageError for a wrong folder or version, ProviderError where none are there, DatabaseError
        where the driver is missing.
        """
        kind = _KINDS[self.dialect]
        if self.bindir is not None:
            return _given([kind, *_KINDS.values()], self.bindir)
        found = kind.installed()
        if not found:
            raise ProviderError(
                f"no {kind.title} server is installed on this machine",
                f"{kind.install}, or say where it is: --database local:BINDIR.",
            )
        usable = [one for one in found if one.supported and self._is_wanted(one)]
        if usable:
            return max(usable, key=lambda one: (one.product == kind.preferred, one.order))
        there = ", ".join(f"{one.version} in {one.bin}" for one in found)
        wanted = f"{kind.title} {self.major}" if self.major else kind.oldest
        raise UsageError(f"no {wanted} is installed on this machine", f"These are there: {there}.")

    def _is_wanted(self, installation: Installation) -> bool:
        if self.major is None:
            return True
        numbers = tuple(map(int, str(self.major).split(".")))
        return installation.order[: len(numbers)] == numbers

    def availability(self) -> Availability:
        """Whether a server is installed, which one would be used, and where it is."""
        try:
            installation = self.installation()
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)
        detail = f"{installation.product} {installation.version} in {installation.bin}"
        preferred = _KINDS[self.dialect].preferred
        if preferred and installation.product != preferred:
            detail += f" (the history is for {preferred}, which is not installed)"
        return Availability(self.name, True, detail)


def _given(kinds: Sequence[_Kind], bindir: Path) -> Installation:
    """What is in a folder: what is wanted first, else whatever it is."""
    for kind in kinds:
        installation = kind.given(bindir)
        if installation is not None and not installation.supported:
            raise UsageError(
                f"{installation.product} {installation.version} in {installation.bin} is too old",
                f"migcheck works with {kind.oldest}.",
            )
        if installation is not None:
            return installation
    raise UsageError(
        f"--database local: no {kinds[0].title} server in {bindir}",
        f"It must be the folder that holds the programs {kinds[0].programs}.",
    )
