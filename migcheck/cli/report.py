"""`migcheck report`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from migcheck.cli.options import GroupedCommand, PlainGroup, SuggestedChoice, option
from migcheck.settings.fields import FAIL_ON, FORMATS

EPILOG = """
Examples:
  migcheck verify --shard 1/3 --format json --output shard-1.json
  migcheck report merge shard-*.json
  migcheck report merge shard-*.json --format json --output report.json
"""


@click.group("report", cls=PlainGroup, epilog=EPILOG)
def command() -> None:
    """Work on reports that `migcheck verify --format json` has written."""


@command.command("merge", cls=GroupedCommand, epilog=EPILOG)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@option(
    "--fail-on",
    "fail_on",
    type=SuggestedChoice(FAIL_ON),
    help="Least severity that makes the exit code 1. [default: as the shards were told]",
)
@option(
    "--format",
    "format_",
    type=SuggestedChoice(FORMATS),
    default="terminal",
    help="How it is written. [default: terminal]",
)
@option("-o", "--output", metavar="FILE", help="Write the report to a file.")
@option("-v", "--verbose", count=True, help="Show whole definitions.")
@option("-q", "--quiet", count=True, help="One line for each finding; -qq for the exit code alone.")
def merge(
    files: tuple[Path, ...], fail_on: str | None, format_: str, output: str | None, verbose: int, quiet: int
) -> int:
    """Make one report of those of all shards, as a run in one place would write it.

    The exit code is that of `migcheck verify`.
    """
    from migcheck.checks import exit_code
    from migcheck.merging import merged
    from migcheck.reporters.base import check_writable
    from migcheck.reporters.reading import read_report

    cwd = Path.cwd()
    shown = quiet < 2 or output is not None
    if shown:
        check_writable(output, cwd)
    report = merged([read_report(file) for file in files], [str(file) for file in files])
    if fail_on is not None:
        report = replace(report, exit_code=exit_code(report.findings, fail_on))
    if shown:
        write(report, cwd, format_=format_, output=output, verbose=verbose, quiet=quiet)
    return report.exit_code


def write(
    report: Any,
    cwd: Path,
    *,
    format_: str,
    output: str | None,
    verbose: int,
    quiet: int,
    color: bool | None = None,
) -> None:
    """Write a report to a file or to standard output; paths are shown relative to `cwd`."""
    from migcheck.reporters.base import Presentation, render, wants_color, width_of

    to_file = output is not None
    presentation = Presentation(
        folder=cwd,
        width=width_of(None if to_file else sys.stdout, {} if to_file else os.environ),
        color=wants_color(color, None if to_file else sys.stdout, {} if to_file else os.environ),
        verbose=verbose,
        quiet=quiet,
    )
    try:
        render(report, format_, presentation, output, sys.stdout)
    except BrokenPipeError:
        # `migcheck verify | head` has seen enough; the verdict is the exit code all the same.
        from migcheck.cli.app import leave_pipe

        leave_pipe()
