"""`migcheck verify --write-baseline`."""

from __future__ import annotations

import datetime
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migcheck.errors import UsageError
from migcheck.settings import Settings

if TYPE_CHECKING:
    from migcheck.model import Report

DAYS = 180
"""For so long a new entry holds, unless it is told otherwise."""


class NewBaseline:
    """The baseline that a run shall write, checked before it begins; `settings` are those of the run.

    `reason` and `expires` (`2027-05-31`, or `never`) are those of the entries that are added.
    """

    def __init__(self, settings: Settings, cwd: Path, reason: str | None, expires: str | None) -> None:
        if settings.baseline is None:
            raise UsageError(
                "--write-baseline needs to know where to", "add --baseline migcheck-baseline.yaml"
            )
        self._path = cwd / settings.baseline
        if self._path.suffix not in (".yaml", ".yml"):
            raise UsageError(f"the baseline {settings.baseline} is a file of YAML", "name it FILE.yaml")
        if not self._path.parent.is_dir() or not os.access(self._path.parent, os.W_OK):
            raise UsageError(
                f"the baseline {settings.baseline} cannot be written there", "make the folder first"
            )
        self._reason = reason
        self._expires = _day(expires)
        self._there = self._path.exists()
        self.settings = settings if self._there else replace(settings, baseline=None)

    def write(self, report: Report) -> Report:
        """Write it; what it holds counts no more in the report that is returned."""
        from migcheck.baseline import REASON, read_baseline, write_baseline

        known = read_baseline(self._path) if self._there else ()
        return write_baseline(
            self._path,
            report,
            known,
            reason=self._reason or REASON,
            expires=self._expires,
            fail_on=self.settings.fail_on,
        )


def _day(expires: str | None) -> str | None:
    if expires == "never":
        return None
    today = datetime.date.today()
    if expires is None:
        return (today + datetime.timedelta(days=DAYS)).isoformat()
    try:
        day = datetime.date.fromisoformat(expires)
    except ValueError:
        raise UsageError(
            f"--baseline-expires: {expires!r} is no day", "write it as 2027-05-31, or never"
        ) from None
    if day < today:
        raise UsageError(f"--baseline-expires: {expires} is past", "name a day to come, or never")
    return day.isoformat()
