"""What all reports say in the same words: the headline, places, findings as plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from migcheck.model import Finding, Report, Severity, Target
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import Order, relative
from migcheck.reporters.printable import one_line, printable

WHOLE = "the history as a whole"
"""The heading of what concerns no single revision."""

MOMENTS: Mapping[str, tuple[str, str]] = {
    "MC103": ("before the upgrade", "after the downgrade"),
    "MC204": ("before the upgrade", "after the downgrade"),
    "MC205": ("after the first upgrade", "after the second"),
    "MC206": ("at heads", "after another upgrade"),
    "MC207": ("on the way up", "on the way down"),
    "MC208": ("revision by revision", "in one go"),
    "MC403": ("in the file", "as the history makes it"),
    "MC402": ("in the living database", "as the history makes it"),
    "MC209": ("before the upgrade", "after the downgrade"),
}
"""Which two moments the differences of a check lie between, by its code; of others nothing is said."""

_IN_PYTHON = ("op.", "sa.", "postgresql.", "mysql.", "with ", "def ", "    ", ")", "bind", "conn")
CODE_BEGINS = (*_IN_PYTHON, "alembic ")
"""How those lines of a remedy begin that are code; the others are sentences."""

_SERVERS = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


def plural(count: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def verified(report: Report) -> str:
    """`42 revisions verified on PostgreSQL 18.4 (embedded) in 3.2 s`."""
    if report.compared:
        at, on = ", ".join(map(one_line, report.heads)), server(report.target)
        there, took = one_line(report.compared), duration(report.seconds)
        return f"{there} compared with revision {at} on {on} in {took}"
    total, walked = len(report.revisions), report.verified
    where = f"on {' and on '.join(map(server, report.targets))} in {duration(report.seconds)}"
    if walked == 0:
        return f"no revision was verified {where}"
    if walked < total:
        return f"{walked} of {plural(total, 'revision')} verified {where}"
    return f"{plural(total, 'revision')} verified {where}"


def outcome(report: Report) -> Iterator[tuple[str, Severity | None]]:
    """What came of it, in parts such as `2 errors`, `1 warning`, `3 info`, `4 acknowledged`."""
    counts = Counter(finding.severity for finding in report.findings)
    grave = [(Severity.ERROR, "error"), (Severity.WARNING, "warning")]
    for severity, noun in grave:
        if counts[severity]:
            yield plural(counts[severity], noun), severity
    if not any(counts[severity] for severity, _ in grave):
        yield "no errors, no warnings", None
    if counts[Severity.INFO]:
        yield f"{counts[Severity.INFO]} info", Severity.INFO
    if report.suppressed:
        yield f"{len(report.suppressed)} acknowledged", None


def headline(report: Report) -> str:
    """All of that on one line."""
    return f"{verified(report)}: {', '.join(part for part, _ in outcome(report))}"


def server(target: Target) -> str:
    """`PostgreSQL 18.4 (embedded)`."""
    product = f"{_SERVERS.get(target.dialect, one_line(target.dialect))} {one_line(target.server_version)}"
    return f"{product.strip()} ({one_line(target.provider)})"


def duration(seconds: float) -> str:
    """`3.2 s`, `2 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def message(finding: Finding, report: Report) -> str:
    """What is wrong, and on which of several targets where it is not on all."""
    if len(set(finding.targets)) in (0, len(report.targets)):
        return finding.message
    return f"{finding.message} (only on {', '.join(finding.targets)})"


def gravest_first(report: Report, findings: Iterable[Finding]) -> list[Finding]:
    """Errors before warnings before info; within each in the stated order."""
    return sorted(Order(report).findings(findings), key=lambda finding: -finding.severity.rank)


def file_of(finding: Finding, report: Report, presentation: Presentation) -> tuple[str, int]:
    """Path and line for formats in which both must be there: of what has no place the config file's first."""
    if finding.path is None:
        return printable(relative(report.target.config, presentation.folder), keep=""), 1
    return printable(relative(finding.path, presentation.folder), keep=""), finding.line or 1


def evidence(finding: Finding, presentation: Presentation) -> list[str]:
    """The lines of the terminal's report between the message and the help: statement, differences, rows."""
    from migcheck.reporters.terminal.findings import evidence

    return [line.plain.rstrip() for line in evidence(finding, presentation)]


def body(finding: Finding, presentation: Presentation) -> str:
    """Evidence and remedy as plain text of some lines; "" where there is neither."""
    parts = ["\n".join(evidence(finding, presentation)), printable(finding.remedy.strip())]
    return "\n\n".join(filter(None, parts))


def cut(text: str, limit: int) -> str:
    """`text`, of which at most `limit` characters are kept; what is left out is counted."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text) - limit} more characters)"


def shortened(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, for where there is no room to count."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
