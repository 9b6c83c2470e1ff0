"""`--format junit`: a test case for each revision, for what shows results of tests (Jenkins, GitLab ...).

As those agree on no more: one `<failure>` in a test case, with all that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from migcheck.model import Finding, Report, RevisionResult, Severity
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import Order, relative
from migcheck.reporters.printable import one_line, printable
from migcheck.reporters.wording import WHOLE, body, headline, message

# No control character is left by then; these two are all else that XML 1.0 cannot hold.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


class JUnitReporter:
    """Fails what made the exit code 1: errors, or warnings where there are no errors. The rest is output."""

    name = "junit"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The document, in the UTF-8 that XML has by default."""
        suite = TestSuite(_text(f"migcheck {relative(report.target.config, presentation.folder)}"))
        suite.timestamp = report.started_at.rstrip("Z")
        ordered = Order(report).findings(report.findings)
        for result in report.revisions:
            found = [finding for finding in ordered if finding.revision == result.info.revision]
            suite.add_testcase(_case(report, result, found, presentation))
        known = {result.info.revision for result in report.revisions}
        rest = [finding for finding in ordered if finding.revision not in known]
        whole = _judged(TestCase(WHOLE, suite.name, 0.0), report, rest, presentation)
        told = [headline(report), *_asides(report), whole.system_out]
        whole.system_out = _text("\n".join(filter(None, told)))
        suite.add_testcase(whole)
        document = JUnitXml("migcheck")
        document.add_testsuite(suite)
        # The sum of the steps, as everywhere in JUnit; what the run took stands in the headline.
        document.update_statistics()
        return str(document.tostring().decode("utf-8").rstrip("\n")) + "\n"


def _case(
    report: Report, result: RevisionResult, found: Sequence[Finding], presentation: Presentation
) -> TestCase:
    name = f"{result.info.revision} {result.info.doc}".strip()
    seconds = round(sum(taken for _, taken in (*result.seconds, *result.seconds_with_rows)), 4)
    case = TestCase(_text(one_line(name)), _text(relative(result.info.path, presentation.folder)), seconds)
    case = _judged(case, report, found, presentation)
    if result.status == "skipped" and not case.result:
        case.result = Skipped(_text(one_line(result.reason or "not verified")))
    return case


def _judged(case: TestCase, report: Report, found: Sequence[Finding], presentation: Presentation) -> TestCase:
    line = Severity.ERROR if any(f.severity is Severity.ERROR for f in report.findings) else Severity.WARNING
    failing = [f for f in found if report.exit_code and f.severity.rank >= line.rank]
    if failing:
        codes = ", ".join(dict.fromkeys(finding.code for finding in failing))
        first = one_line(message(failing[0], report))
        more = f" (and {len(failing) - 1} more)" if failing[1:] else ""
        failure = Failure(_text(f"{first}{more}"), _text(codes))
        failure.text = _text(_told(failing, report, presentation))
        case.result = failure
    others = [finding for finding in found if finding not in failing]
    if others:
        case.system_out = _text(_told(others, report, presentation))
    return case


def _told(findings: Iterable[Finding], report: Report, presentation: Presentation) -> str:
    return "\n\n".join(
        f"{_place(finding, presentation)}{finding.severity.value}[{finding.code}] {finding.name}:"
        f" {one_line(message(finding, report))}\n\n{body(finding, presentation)}".rstrip()
        for finding in findings
    )


def _place(finding: Finding, presentation: Presentation) -> str:
    if finding.path is None:
        return ""
    line = "" if finding.line is None else f":{finding.line}"
    return f"{relative(finding.path, presentation.folder)}{line}: "


def _asides(report: Report) -> Iterable[str]:
    order = Order(report)
    for item in order.suppressed(report.suppressed):
        where = item.finding.revision or WHOLE
        yield f"acknowledged: {item.finding.code} {where}: {item.finding.message} ({item.by}: {item.reason})"
    for skip in order.skipped(report.skipped):
        yield f"skipped: {skip.code} {skip.revision or WHOLE}: {skip.reason}"
    for note in report.notes:
        yield f"note: {note}"


def _text(text: str) -> str:
    return _NO_CHARACTERS.sub("?", printable(text))
