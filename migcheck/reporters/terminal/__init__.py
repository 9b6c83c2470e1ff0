"""`--format terminal`: for people. Findings by revision, then what was not proved, then one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rich.text import Text

from migcheck.model import DifferenceClass, Finding, Report, Severity
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import Order
from migcheck.reporters.printable import one_line
from migcheck.reporters.terminal import closing
from migcheck.reporters.terminal.findings import block, brief
from migcheck.reporters.terminal.many import MANY, by_check
from migcheck.reporters.terminal.page import Page, clipped
from migcheck.reporters.wording import WHOLE, message

_DOC = 200


class TerminalReporter:
    """Plain text of ASCII furniture, coloured where the presentation says so.

    Revisions come in topological order and what concerns the whole history last; within each, what
    is worst comes first. More than `MANY` are shown by check, the gravest first. Findings of severity info
    follow in brief.
    """

    name = "terminal"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The report as text; "" with -qq."""
        if presentation.quiet > 1:
            return ""
        page = Page(presentation.width, presentation.color)
        found = [finding for finding in _in_order(report) if _worth_showing(finding, presentation)]
        if presentation.quiet:
            for finding in found:
                brief(page, finding, presentation)
        else:
            grave = [finding for finding in found if finding.severity is not Severity.INFO]
            if presentation.verbose or len(grave) <= MANY:
                _groups(page, report, grave, presentation)
            else:
                by_check(page, grave, presentation)
            closing.infos(page, [f for f in found if f.severity is Severity.INFO], presentation)
            closing.suppressed(page, report, presentation)
            closing.skipped(page, report, presentation)
            closing.slow(page, report, presentation)
            closing.notes(page, report)
        closing.summary(page, report)
        return str(page)


def _in_order(report: Report) -> list[Finding]:
    """In the stated order, the worst of each revision first (sorting is stable)."""
    stated = Order(report).findings(report.findings)
    order = [replace(finding, message=message(finding, report)) for finding in stated]
    places = {revision: n for n, revision in enumerate(dict.fromkeys(f.revision for f in order))}
    return sorted(order, key=lambda finding: (places[finding.revision], -finding.severity.rank))


def _worth_showing(finding: Finding, presentation: Presentation) -> bool:
    if presentation.verbose or finding.severity is not Severity.INFO or not finding.differences:
        return True
    return any(d.difference_class is not DifferenceClass.COSMETIC for d in finding.differences)


def _groups(page: Page, report: Report, findings: Iterable[Finding], presentation: Presentation) -> None:
    docs = {result.info.revision: result.info.doc for result in report.revisions}
    explained: set[str] = set()
    heading: str | None = ""
    for finding in findings:
        if finding.revision != heading:
            heading = finding.revision
            page.blank()
            page.line(_heading(heading, docs))
        block(page, finding, presentation, explain=finding.code not in explained)
        explained.add(finding.code)


def _heading(revision: str | None, docs: dict[str, str]) -> Text:
    if revision is None:
        return Text(WHOLE, style="bold underline")
    doc = one_line(docs.get(revision, "").split("\n", 1)[0])
    name = Text(clipped(revision, _DOC), style="bold underline")
    return Text.assemble(name, f"  {clipped(doc, _DOC)}" if doc else "")
