"""Findings by check instead of by revision, where there are more than a person reads through."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from migcheck.model import Finding
from migcheck.reporters.base import Presentation
from migcheck.reporters.printable import one_line
from migcheck.reporters.terminal.findings import block, place
from migcheck.reporters.terminal.page import Page
from migcheck.reporters.wording import plural, shortened

MANY = 20
_FEW = 8
_MESSAGE = 110
# What stops a deploy comes before what stops the way back.
_FIRST = ("MC102", "MC101", "MC201", "MC208", "MC301")


def by_check(page: Page, findings: Sequence[Finding], presentation: Presentation) -> None:
    """The gravest checks first; of each the first finding in full, some in a line, and how many there are.

    `findings` come in the order in which those of one check are shown.
    """
    checks: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (-f.severity.rank, _place(f.code), f.code)):
        checks.setdefault(finding.code, []).append(finding)
    for code, found in checks.items():
        page.blank()
        page.line(Text(_heading(code, found), style="bold underline"))
        block(page, found[0], presentation, explain=True)
        if found[1:]:
            page.blank()
        for finding in found[1 : 1 + _FEW]:
            where = place(finding, presentation) or one_line(finding.revision or "the history")
            page.line(Text(f"{where}: {_shortened(finding.message)}"), rest=Text("  "))
        left_out = len(found) - 1 - _FEW
        if left_out > 0:
            page.line(Text(f"... {plural(left_out, 'more ' + code)}", style="dim"))
    page.blank()
    page.line(Text("-v shows each finding in full, -q a line for each", style="dim"))


def _place(code: str) -> int:
    return _FIRST.index(code) if code in _FIRST else len(_FIRST)


def _shortened(message: str) -> str:
    return shortened(one_line(message[: 2 * _MESSAGE]), _MESSAGE)


def _heading(code: str, found: Sequence[Finding]) -> str:
    revisions = {finding.revision for finding in found if finding.revision is not None}
    where = f" in {plural(len(revisions), 'revision')}" if len(revisions) > 1 else ""
    return f"{code} {one_line(found[0].name)}: {plural(len(found), 'finding')}{where}"
