"""`migcheck report open`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from migcheck.cli.options import GroupedCommand, option
from migcheck.errors import UsageError

EPILOG = """
Examples:
  migcheck report open report.json                 writes report.html beside it
  migcheck report open report.json --no-browser    only that
  migcheck report open report.html
"""

_BEGINNING = 4_000  # characters: the title is in them


@click.command("open", cls=GroupedCommand, epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@option(
    "--browser/--no-browser",
    "browser",
    default=None,
    help="Open it in the browser, or only say where it is. [default: open it on a terminal]",
)
def command(file: Path, browser: bool | None) -> int:
    """Show a report in the browser: one written as HTML, or one written as JSON."""
    from migcheck.reporters.base import is_terminal

    page = file if file.suffix.lower() in (".html", ".htm") else _made(file)
    if not page.is_file():
        raise UsageError(f"there is no file {page}", "write one: `migcheck verify --output html:report.html`")
    click.echo(str(page))
    if is_terminal(sys.stdout) if browser is None else browser:
        _show(page)
    return 0


def _made(file: Path) -> Path:
    """The page of the JSON report in `file`, beside it."""
    from migcheck.reporters.base import Presentation, check_writable, render
    from migcheck.reporters.reading import read_report

    report, page = read_report(file), file.with_suffix(".html")
    if page.exists() and "<title>migcheck: " not in page.read_text("utf-8", "replace")[:_BEGINNING]:
        raise UsageError(
            f"{page} is in the way: it is no report of migcheck's", f"move it, or give {file} another name"
        )
    check_writable(str(page), Path.cwd())
    render(report, "html", Presentation(folder=Path.cwd()), str(page), sys.stdout)
    return page


def _show(page: Path) -> None:
    import webbrowser

    try:
        shown = webbrowser.open(page.resolve().as_uri())
    except webbrowser.Error:
        shown = False
    if not shown:
        click.echo("no browser could be started: open the file in one", err=True)
