"""`migcheck checks [CODE]`."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import click

from migcheck.checks import Check
from migcheck.cli.console import console, show
from migcheck.cli.options import GroupedCommand
from migcheck.reporters.printable import encodable, printable
from migcheck.settings.codes import unknown_code

EPILOG = """
Examples:
  migcheck checks           all of them
  migcheck checks MC204     one, explained
  migcheck checks MC2       those of the walk
"""
SEVERITY_STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}


@click.command("checks", cls=GroupedCommand, epilog=EPILOG)
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """List the checks, or explain one: what it proves, why it matters, how to mend and acknowledge it.

    CODE is a code, a name such as not-reversible, or a prefix such as MC2.
    """
    from migcheck.plugins import all_checks

    checks = all_checks()
    if code is None:
        _table(checks)
        return 0
    for check in checks:
        if code.upper() == check.code or code.lower() == check.name:
            _explain(check)
            return 0
    chosen = tuple(check for check in checks if check.code.startswith(code.upper()))
    if not chosen:
        raise unknown_code(code, {check.code: check.name for check in checks})
    _table(chosen)
    return 0


def _table(checks: tuple[Check, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("code", "name", "severity", "what is proved", box=None, pad_edge=False, header_style="bold")
    for check in checks:
        severity = check.severity.value
        table.add_row(
            Text(check.code, style="bold"),
            Text(check.name),
            Text(severity, style=SEVERITY_STYLES[severity]),
            Text(printable(check.proves)),
        )
    show(console(width=160), table)


def _explain(check: Check) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console(width=100)
    severity = check.severity.value
    heading = Text.assemble((check.code, "bold"), f" {check.name} ", (severity, SEVERITY_STYLES[severity]))
    out.print(heading)
    for title, text in (
        ("What it proves", check.proves),
        ("Why it matters", check.why),
        ("How to mend it", check.remedy),
        ("How to acknowledge it", check.acknowledge),
        ("Documentation", check.docs),
        ("Where it comes from", check.origin),
    ):
        if not text:
            continue
        out.print()
        out.print(Text(title, style="bold"))
        show(out, Padding(Text(printable(text.strip())), (0, 0, 0, 2)))
    example = _example(check)
    if example:
        out.print()
        out.print(Text("An example that fails", style="bold"))
        lines = indent(example.strip("\n"), "  ")  # as long as they are: most of it is code
        out.file.write(encodable(f"{lines}\n", getattr(out.file, "encoding", None)))


def _example(check: Check) -> str:
    """The example on the check's page, with the real output; empty where the pages are not installed."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "pages", package.parent / "docs" / "checks"):  # a wheel's, a clone's
        page = folder / f"{check.code}.md"
        if page.is_file():
            _, _, rest = page.read_text("utf-8").partition("## An example that fails\n")
            lines = rest.partition("\n## ")[0].splitlines()
            return "\n".join(line for line in lines if not line.startswith("```"))
    return ""
