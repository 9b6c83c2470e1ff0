"""The stated order of everything in a report, and where its paths lead from."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from migcheck.model import Difference, Finding, Report, Skip, Suppressed


class Order:
    """Sorts by revision (topologically, the whole history last), code, object, line and message."""

    def __init__(self, report: Report) -> None:
        self._positions = {result.info.revision: n for n, result in enumerate(report.revisions)}

    def findings(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings in order."""
        return sorted(findings, key=self._of_finding)

    def suppressed(self, suppressed: Iterable[Suppressed]) -> list[Suppressed]:
        """Suppressed findings in the order of their findings."""
        return sorted(suppressed, key=lambda s: (self._of_finding(s.finding), s.by, s.reason))

    def skipped(self, skipped: Iterable[Skip]) -> list[Skip]:
        """Skipped checks in order."""
        return sorted(skipped, key=lambda s: (self._of_revision(s.revision), s.code, s.reason))

    def _of_finding(self, finding: Finding) -> tuple[object, ...]:
        objects = [(d.object_type, d.name, d.attribute or "") for d in differences(finding.differences)]
        place = (finding.path or "", finding.line or 0)
        return (self._of_revision(finding.revision), finding.code, objects, place, finding.message)

    def _of_revision(self, revision: str | None) -> tuple[int, str]:
        last = len(self._positions)
        return (last + 1, "") if revision is None else (self._positions.get(revision, last), revision)


def differences(found: Iterable[Difference]) -> list[Difference]:
    """Differences by object, attribute and kind."""
    return sorted(
        found,
        key=lambda d: (d.object_type, d.name, d.attribute or "", d.kind.value, d.before or "", d.after or ""),
    )


def relative(path: str, folder: Path) -> str:
    """`path` as seen from `folder`, with forward slashes; absolute where no relative path exists."""
    try:
        shown = os.path.relpath(path, folder) if os.path.isabs(path) else path
    except ValueError:  # another drive of Windows
        shown = path
    return Path(shown).as_posix()
