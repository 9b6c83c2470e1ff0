"""`--format github`: annotations in a pull request, as workflow commands on standard output.

The job summary beside them is the Markdown report; `migcheck.cli.writing` appends it to its file.
"""

from __future__ import annotations

from migcheck.model import Finding, Report, Severity
from migcheck.reporters.base import Presentation
from migcheck.reporters.printable import one_line
from migcheck.reporters.wording import body, cut, file_of, gravest_first, headline, message, plural

# So many of each kind does GitHub show for one step; of the rest only the log tells.
_SHOWN = 10
_LONGEST = 4_000
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class GitHubReporter:
    """A command for each finding, the gravest first, and the headline for the log."""

    name = "github"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The commands, one a line."""
        found = gravest_first(report, report.findings)
        lines = [_command(finding, report, presentation) for finding in found]
        hidden = sum(
            max(sum(finding.severity is severity for finding in found) - _SHOWN, 0) for severity in _COMMANDS
        )
        if hidden:
            lines.append(
                f"GitHub shows {_SHOWN} annotations of a kind: {plural(hidden, 'finding')} more in this log"
                " and in the summary"
            )
        return "\n".join([*lines, headline(report)]) + "\n"


def _command(finding: Finding, report: Report, presentation: Presentation) -> str:
    path, line = file_of(finding, report, presentation)
    properties = {"file": path, "line": str(line), "title": f"{finding.code} {one_line(finding.name)}"}
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    revision = f"{one_line(finding.revision)}: " if finding.revision is not None else ""
    parts = [f"{revision}{one_line(message(finding, report))}", body(finding, presentation)]
    text = cut("\n\n".join(filter(None, parts)), _LONGEST)
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(text)}"


def _data(text: str) -> str:
    """As GitHub's own toolkit escapes what a command says."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
