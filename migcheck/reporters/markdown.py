"""`--format markdown`: a comment on a pull request, or the summary of a job.

The first line is a comment that stays the same from run to run, so that a later one can take its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from migcheck.model import Finding, Report, RevisionResult, Severity
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import Order, relative
from migcheck.reporters.printable import one_line, printable
from migcheck.reporters.wording import (
    WHOLE,
    evidence,
    gravest_first,
    headline,
    message,
    outcome,
    plural,
    shortened,
)

# GitHub takes 65,536 characters for a comment; a little is left for whoever adds a line.
MOST = 65_000
_MANY = 50  # rows of a table, entries of a list
_CELL = 120
_PROSE = 2_000
_CODE = 8_000
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "💡"}
# Those with a meaning in the middle of a line; a backslash takes it from them, in a table's cell too.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~@:&$^=])")
# What is left of `@name` and `#1` would still call people and link issues: that is looked for in the page.
_CALLING = re.compile(r"(\\[@#])")


class MarkdownReporter:
    """The verdict, a table of revisions, each finding with its diff folded, and what else there is to say."""

    name = "markdown"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The text, of at most `MOST` characters; what is left out is counted."""
        found = gravest_first(report, report.findings)
        config = relative(report.target.config, presentation.folder)
        head = [
            f"<!-- migcheck: {_in_comment(config)} -->",
            f"### {_sign(report)} migcheck: {_cell(', '.join(part for part, _ in outcome(report)))}",
            f"{escaped(headline(report))}.",
            *_revisions(report),
        ]
        rest = [*_acknowledged(report), *_skipped(report), *(f"> {escaped(note)}" for note in report.notes)]
        left = MOST - sum(len(part) + 2 for part in head) - 200
        middle, shown = _fitting([_section(f, report, presentation) for f in found], left)
        if shown < len(found):
            more = plural(len(found) - shown, "more finding")
            middle.append(f"_... and {more}: there is no room for all of them here._")
        tail, _ = _fitting(rest, left - sum(len(part) + 2 for part in middle))
        return "\n\n".join([*head, *middle, *tail]) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, as nothing but text: no markup, no mention, no link."""
    marked = _SPECIAL.sub(r"\\\1", one_line(text))
    return _CALLING.sub(r"\1<!-- -->", marked)


def fenced(text: str, language: str) -> str:
    """`text` as a block of code, whatever is in it."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}{language}\n{text}\n{fence}"


def _code(text: str) -> str:
    """`text` as code within a line, or within a cell of a table."""
    line = shortened(one_line(text), _CELL).replace("|", "\\|")
    if not line.strip():
        return ""
    fence = "`" * max([1, *(len(run) + 1 for run in re.findall("`+", line))])
    blank = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{blank}{line}{blank}{fence}"


def _cell(text: str) -> str:
    return escaped(shortened(one_line(text), _CELL))


def _in_comment(text: str) -> str:
    return one_line(text).replace("--", "- -").replace(">", "&gt;")


def _sign(report: Report) -> str:
    if report.exit_code:
        return _SIGNS[Severity.ERROR]
    grave = any(finding.severity is not Severity.INFO for finding in report.findings)
    return _SIGNS[Severity.WARNING] if grave or not report.verified else "✅"


def _fitting(parts: Sequence[str], room: int) -> tuple[list[str], int]:
    """As many of `parts`, from the first on, as have room; and how many those are."""
    taken: list[str] = []
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            break
        taken.append(part)
    return taken, len(taken)


def _revisions(report: Report) -> Iterator[str]:
    """A table of those that failed or were skipped; those that passed are folded."""
    passed = [result for result in report.revisions if result.status == "passed"]
    others = [result for result in report.revisions if result.status != "passed"]
    if others:
        yield _table(report, others)
    if passed:
        yield _folded(f"{plural(len(passed), 'revision')} passed", _table(report, passed))


def _table(report: Report, results: Sequence[RevisionResult]) -> str:
    lines = ["| revision | | result | upgrade | downgrade |", "|---|---|---|--:|--:|"]
    for result in results[:_MANY]:
        seconds = dict(result.seconds)
        times = (
            f"{seconds[step] * 1000:.0f} ms" if step in seconds else "" for step in ("upgrade", "downgrade")
        )
        cells = [_code(result.info.revision), _cell(result.info.doc), _result(report, result), *times]
        lines.append(f"| {' | '.join(cells)} |")
    if len(results) > _MANY:
        lines.append(f"| | ... and {len(results) - _MANY} more | | | |")
    return "\n".join(lines)


def _result(report: Report, result: RevisionResult) -> str:
    if result.status == "skipped":
        return f"skipped: {_cell(result.reason or '')}"
    found = [f for f in report.findings if f.revision == result.info.revision]
    codes = dict.fromkeys(f.code for f in gravest_first(report, found) if f.severity is not Severity.INFO)
    if not codes:
        return "✅"
    worst = max((finding.severity for finding in found), key=lambda severity: severity.rank)
    return f"{_SIGNS[worst]} {', '.join(codes)}"


def _section(finding: Finding, report: Report, presentation: Presentation) -> str:
    """One finding: what is wrong and where stands open, why it is known and what to do is folded."""
    where = _code(finding.revision) if finding.revision is not None else WHOLE
    title = f"#### {_SIGNS[finding.severity]} {finding.code} {_cell(finding.name)}: {where}"
    parts = [title, escaped(shortened(message(finding, report), _PROSE))]
    if finding.path is not None:
        line = "" if finding.line is None else f":{finding.line}"
        parts[-1] += f" ({_code(relative(finding.path, presentation.folder) + line)})"
    shown = "\n".join(evidence(finding, presentation))
    if shown.strip():
        parts.append(_folded("What was seen", fenced(shortened(shown, _CODE), "diff")))
    if finding.remedy.strip():
        remedy = printable(finding.remedy.strip())
        parts.append(_folded("What to do", fenced(shortened(remedy, _CODE), "")))
    return "\n\n".join(parts)


def _acknowledged(report: Report) -> Iterator[str]:
    items = []
    for item in Order(report).suppressed(report.suppressed):
        until = f", until {item.expires}" if item.expires else ""
        reason = _cell(item.reason or "no reason given")
        where = _code(item.finding.revision or WHOLE)
        items.append(
            f"- {item.finding.code} {where}: {_cell(item.finding.message)} — {reason} ({item.by}{until})"
        )
    if items:
        yield _folded(f"{len(items)} acknowledged", _list(items))


def _skipped(report: Report) -> Iterator[str]:
    items = []
    for skip in Order(report).skipped(report.skipped):
        where = f" of {_code(skip.revision)}" if skip.revision is not None else ""
        items.append(f"- {skip.code}{where}: {_cell(skip.reason)}")
    if items:
        yield _folded(f"{len(items)} not judged", _list(items))


def _list(items: Iterable[str]) -> str:
    lines = list(items)
    more = [f"- ... and {len(lines) - _MANY} more"] if len(lines) > _MANY else []
    return "\n".join([*lines[:_MANY], *more])


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"
