"""Findings as blocks: what is wrong, where, the evidence, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from migcheck.model import (
    Difference,
    DifferenceClass,
    DifferenceKind,
    Finding,
    FindingError,
    FindingRow,
    Severity,
)
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import differences as in_order
from migcheck.reporters.order import relative
from migcheck.reporters.printable import one_line
from migcheck.reporters.terminal.diff import MAX_COLUMNS, MAX_LINES, label, marked_lines, moments
from migcheck.reporters.terminal.page import Page, clipped, content_lines
from migcheck.reporters.wording import CODE_BEGINS, plural

MAX_DIFFERENCES = 5
MAX_ROWS = 3
MAX_VALUE = 40
_MESSAGE = 600
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_GUTTER = Text("   | ", style="blue")


def title(finding: Finding) -> Text:
    """`error[MC204]`, in the colour of its severity."""
    return Text(f"{finding.severity.value}[{finding.code}]", style=f"bold {_STYLES[finding.severity]}")


def place(finding: Finding, presentation: Presentation) -> str:
    """`versions/ab12.py:31`, relative where that is not longer; "" where there is no place."""
    if finding.path is None:
        return ""
    path = one_line(min(relative(finding.path, presentation.folder), finding.path, key=len))
    return path if finding.line is None else f"{path}:{finding.line}"


def visible(differences: tuple[Difference, ...], presentation: Presentation) -> list[Difference]:
    """What is worth showing: cosmetic differences only with -v."""
    return [
        difference
        for difference in in_order(differences)
        if presentation.verbose or difference.difference_class is not DifferenceClass.COSMETIC
    ]


def brief(page: Page, finding: Finding, presentation: Presentation) -> None:
    """One line, for -q: place, severity, code, name and message."""
    where = place(finding, presentation)
    body = Text.assemble(f"{where}: " if where else "", title(finding), " ")
    body.append(_message(finding, presentation))
    page.line(body)


def block(page: Page, finding: Finding, presentation: Presentation, explain: bool) -> None:
    """The whole finding; `explain` adds where the check is explained."""
    page.blank()
    head = Text.assemble(title(finding), (f" {one_line(finding.name)}: ", "bold"))
    head.append(_message(finding, presentation))
    page.prose(head, rest=Text("  "))
    where = place(finding, presentation)
    if where:
        page.line(Text(where), first=Text("  --> ", style="blue"), rest=Text("      "))
    lines = evidence(finding, presentation)
    if lines:
        page.line(Text(), first=_GUTTER)
        for line in lines:
            page.line(line, first=_GUTTER, rest=Text("   |   ", style="blue"))
        page.line(Text(), first=_GUTTER)
    _remedy(page, finding.remedy)
    if explain:
        note = Text(f"`migcheck checks {finding.code}` says why this matters and how to acknowledge it")
        page.prose(note, first=_field("note"))


def _message(finding: Finding, presentation: Presentation) -> str:
    return one_line(finding.message) if presentation.verbose else clipped(finding.message, _MESSAGE)


def evidence(finding: Finding, presentation: Presentation) -> list[Text]:
    """What shows that it is so: the statement and its error, differences, rows."""
    lines: list[Text] = []
    if finding.error is not None:
        lines += _error(finding.error, finding.message, presentation)
    shown = visible(finding.differences, presentation)
    if lines and shown:
        lines.append(Text())
    return lines + _differences(finding.code, shown, presentation) + _rows(finding, presentation)


def _rows(finding: Finding, presentation: Presentation) -> list[Text]:
    """The rows, each value on a line of its own where there are few, else all in one line."""
    limit = len(finding.rows) if presentation.verbose else MAX_ROWS
    lines = [Text()] if finding.error is not None and finding.rows else []
    for row in finding.rows[:limit]:
        lines += _row(row, presentation)
    if len(finding.rows) > limit:
        rest = plural(len(finding.rows) - limit, "more row")
        lines.append(Text(f"... {rest}, -v shows all", style="dim"))
    return lines


def _row(row: FindingRow, presentation: Presentation) -> list[Text]:
    if row.row is None or row.after is None:
        gone = row.row is not None and row.why.startswith(("gone", "its column"))
        sign, style = ("- ", "red") if gone else ("+ ", "green") if row.row is None else ("  ", "")
        return [Text(sign + _values(row.table, row.row or row.after or (), presentation), style)]
    after = dict(row.after)
    changed = [name for name, value in row.row if name in after and after[name] != value]
    kept = [pair for pair in row.row if pair[0] not in changed][:1]
    then = [pair for pair in row.row if pair[0] in changed]
    now = [(name, after[name]) for name in changed]
    return [
        Text("- " + _values(row.table, (*kept, *then), presentation), "red"),
        Text("+ " + _values(row.table, (*kept, *now), presentation), "green"),
    ]


def _values(table: str, pairs: Sequence[tuple[str, str | None]], presentation: Presentation) -> str:
    limit = None if presentation.verbose else MAX_VALUE
    told = (f"{one_line(name)} = {_value(value, limit)}" for name, value in pairs)
    return f"{one_line(table)}: {', '.join(told)}"


def _value(value: str | None, limit: int | None) -> str:
    if value is None:
        return "NULL"
    line = one_line(value)
    return repr(line if limit is None or len(line) <= limit else line[: limit - 3] + "...")


def _differences(code: str, shown: list[Difference], presentation: Presentation) -> list[Text]:
    if not shown:
        return []
    legend = moments(code)
    lines = [legend] if legend is not None else []
    alone = len(shown) == 1 and shown[0].kind is not DifferenceKind.CHANGED
    limit = len(shown) if presentation.verbose else MAX_DIFFERENCES
    for difference in shown[:limit]:
        if not alone:
            lines.append(label(difference))
        lines += marked_lines(difference, everything=presentation.verbose > 0)
    if len(shown) > limit:
        rest = plural(len(shown) - limit, "more difference")
        lines.append(Text(f"... {rest}, -v shows all", style="dim"))
    return lines


def _error(error: FindingError, message: str, presentation: Presentation) -> list[Text]:
    """The statement, the server's words where the message has not said them, and with -v the traceback."""
    lines = _trimmed(error.statement or "", presentation, "")
    code = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    said = one_line(error.message.strip().split("\n", 1)[0]) in one_line(message)
    if not said or "\n" in error.message.strip() or presentation.verbose:
        lines += _trimmed(f"{error.type}{code}: {error.message.strip()}", presentation, "red")
    if presentation.verbose and error.traceback:
        lines += _trimmed(error.traceback, presentation, "dim")
    return lines


def _trimmed(text: str, presentation: Presentation, style: str) -> list[Text]:
    if not text.strip():
        return []
    limits = (None, None) if presentation.verbose else (MAX_LINES, MAX_COLUMNS)
    shown, left_out = content_lines(text.strip("\n"), *limits)
    lines = [Text(line, style=style) for line in shown]
    if left_out:
        lines.append(Text(f"... {plural(left_out, 'more line')}, -v shows all", style="dim"))
    return lines


def _remedy(page: Page, remedy: str) -> None:
    """Prose is wrapped to a pleasant width, lines of code are left as they are."""
    lines, _ = content_lines(remedy, None, None)
    first, rest = _field("help"), Text(" " * _field("help").cell_len)
    for number, line in enumerate(lines if remedy.strip() else []):
        prefix = first if number == 0 else rest
        if line.startswith(CODE_BEGINS):
            page.line(Text(line), first=prefix, rest=rest)
        else:
            page.prose(Text(line), first=prefix, rest=rest)


def _field(name: str) -> Text:
    return Text.assemble(("   = ", "blue"), (f"{name}: ", "bold"))
