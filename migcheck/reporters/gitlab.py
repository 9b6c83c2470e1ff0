"""`--format gitlab`: a Code Quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from migcheck.model import Finding, Report, Severity
from migcheck.reporters.base import Presentation
from migcheck.reporters.printable import one_line
from migcheck.reporters.wording import file_of, gravest_first, message

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}
_LONGEST = 2_000


class GitLabReporter:
    """A list of issues. GitLab compares it by fingerprint with that of the target branch."""

    name = "gitlab"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The list as JSON, in ASCII."""
        seen: Counter[str] = Counter()
        issues = []
        for finding in gravest_first(report, report.findings):
            # Two findings without objects may share one; a list may not hold it twice.
            seen[finding.fingerprint] += 1
            again = f"-{seen[finding.fingerprint]}" if seen[finding.fingerprint] > 1 else ""
            issues.append(_issue(finding, report, presentation, finding.fingerprint + again))
        return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, report: Report, presentation: Presentation, fingerprint: str) -> dict[str, Any]:
    path, line = file_of(finding, report, presentation)
    said = f"{finding.code} {finding.name}: {message(finding, report)}"
    return {
        "description": one_line(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": line}},
    }
