"""What comes after the findings: info in brief, what was acknowledged, what was skipped, the summary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.text import Text

from migcheck.model import Finding, Report, Severity
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import Order
from migcheck.reporters.printable import one_line
from migcheck.reporters.terminal.findings import place, title
from migcheck.reporters.terminal.page import Page, clipped, some
from migcheck.reporters.wording import outcome, plural, verified

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
_FEW = 5
_NAMES = 4
_REASON = 300
_LONG = 1.0  # seconds of one step


def infos(page: Page, findings: Sequence[Finding], presentation: Presentation) -> None:
    """A line for each info finding; of many with the same code the first few."""
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_code[finding.code].append(finding)
    for code in sorted(by_code):
        page.blank()
        found = by_code[code]
        limit = len(found) if presentation.verbose else _FEW
        for finding in found[:limit]:
            revision = f"{one_line(finding.revision)}: " if finding.revision else ""
            head = Text.assemble(title(finding), f" {finding.name}: ", (revision, "bold"))
            head.append(clipped(finding.message, _REASON))
            page.prose(head, rest=Text("  "))
            where = place(finding, presentation)
            if where:
                page.line(Text(where, style="dim"), first=Text("  --> ", style="blue"), rest=Text("      "))
        if len(found) > limit:
            page.line(Text(f"  ... {plural(len(found) - limit, f'more {code}')}, -v shows all", style="dim"))


def suppressed(page: Page, report: Report, presentation: Presentation) -> None:
    """With -v each acknowledged finding, who answers for it and how long; without, the summary counts."""
    if not report.suppressed or not presentation.verbose:
        return
    page.blank()
    page.line(Text("acknowledged", style="bold"))
    for item in Order(report).suppressed(report.suppressed):
        finding = item.finding
        where = one_line(finding.revision or "the history")
        text = f"{finding.code} {where}: {clipped(finding.message, _REASON)}"
        page.prose(Text(text), first=Text("  "), rest=Text("    "))
        until = f" (until {item.expires})" if item.expires else ""
        answer = f"{item.by}: {clipped(item.reason, _REASON) or 'no reason given'}{until}"
        page.prose(Text(answer, style="dim"), first=Text("    "))


def skipped(page: Page, report: Report, presentation: Presentation) -> None:
    """What was not proved: reasons, each with the revisions and the checks that it kept from running."""
    lines = [*_skipped_revisions(report, presentation), *_skipped_checks(report, presentation)]
    if not lines:
        return
    page.blank()
    page.line(Text("skipped", style="bold"))
    for what, reason in lines:
        page.prose(Text.assemble(what, f": {clipped(reason, _REASON)}"), first=Text("  "), rest=Text("    "))


def slow(page: Page, report: Report, presentation: Presentation) -> None:
    """The steps that take longest on rows, where any takes long; with -v in any case."""
    steps = [
        (seconds, step, result)
        for result in report.revisions
        for step, seconds in result.seconds_with_rows
        if step != "reupgrade" and (presentation.verbose or seconds >= _LONG)
    ]
    if not steps:
        return
    page.blank()
    page.line(Text("longest on rows", style="bold"))
    for seconds, step, result in sorted(steps, key=lambda each: -each[0])[:_FEW]:
        rows = plural(result.rows_seeded, "row")
        line = f"{clipped(result.info.revision, 80)} {step}: {seconds:.2f} s, {rows} in the database"
        page.prose(Text(line), first=Text("  "), rest=Text("    "))


def notes(page: Page, report: Report) -> None:
    """What else is worth knowing about the run."""
    if report.notes:
        page.blank()
    for note in report.notes:
        page.prose(Text(clipped(note, 2 * _REASON)), first=Text("note: ", style="bold"))


def summary(page: Page, report: Report) -> None:
    """One line: how much was verified, on what, how long it took, and what came of it."""
    page.blank()
    page.prose(Text.assemble(verified(report), ": ", _outcome(report)), rest=Text("  "))


def _skipped_revisions(report: Report, presentation: Presentation) -> Iterable[tuple[str, str]]:
    by_reason: dict[str, list[str]] = {}
    for result in report.revisions:
        if result.status == "skipped":
            by_reason.setdefault(result.reason or "no reason is known", []).append(result.info.revision)
    for reason, revisions in by_reason.items():
        yield _revisions(revisions, presentation), reason


def _skipped_checks(report: Report, presentation: Presentation) -> Iterable[tuple[str, str]]:
    """Checks with the same reason share a line; those of revisions that were skipped altogether for that
    very reason are said already."""
    said = {(r.info.revision, r.reason) for r in report.revisions if r.status == "skipped"}
    by_reason: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    of_check: dict[tuple[str, str], list[str | None]] = {}
    for skip in Order(report).skipped(report.skipped):
        if (skip.revision, skip.reason) not in said:
            of_check.setdefault((skip.code, skip.reason), []).append(skip.revision)
    for (code, reason), revisions in sorted(of_check.items()):
        named = tuple(dict.fromkeys(revision for revision in revisions if revision is not None))
        by_reason.setdefault((reason, named), []).append(code)
    for (reason, named), codes in by_reason.items():
        of = f" of {_revisions(list(named), presentation)}" if named else ""
        yield f"{', '.join(codes)}{of}", reason


def _revisions(revisions: list[str], presentation: Presentation) -> str:
    names = [clipped(revision, 80) for revision in revisions]
    noun = "revision" if len(names) == 1 else "revisions"
    return f"{noun} {some(names, len(names) if presentation.verbose else _NAMES)}"


def _outcome(report: Report) -> Text:
    parts = Text()
    whole = report.verified == len(report.revisions) > 0
    for words, severity in outcome(report):
        style = _STYLES.get(severity, "") if severity else "bold green" if not parts and whole else ""
        parts.append(", " if parts else "").append(words, style=style)
    return parts
