"""`migcheck report`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from migcheck.cli import opening
from migcheck.cli.options import F, GroupedCommand, PlainGroup, SuggestedChoice, option
from migcheck.cli.writing import OUTPUT_HELP, Writing
from migcheck.settings import Settings
from migcheck.settings.fields import FAIL_ON, FORMATS

EPILOG = """
Examples:
  migcheck verify --output json:report.json
  migcheck report convert report.json -v
  migcheck verify --shard 1/3 --format json --output shard-1.json
  migcheck report merge shard-*.json --output json:report.json
  migcheck report open report.json
"""


@click.group("report", cls=PlainGroup, epilog=EPILOG)
def command() -> None:
    """Work on reports that `migcheck verify --output json:FILE` has written."""


def _how_it_is_written(function: F) -> F:
    """The options of a command that writes reports."""
    for add in (
        option("-q", "--quiet", count=True, help="One line for each finding; -qq for files alone."),
        option("-v", "--verbose", count=True, help="Show whole definitions."),
        option("--color/--no-color", "color", default=None, help="Colours. [default: as for verify]"),
        option("-o", "--output", metavar="[FORMAT:]FILE", multiple=True, help=OUTPUT_HELP),
        option(
            "--format",
            "format",
            type=SuggestedChoice(FORMATS),
            default="terminal",
            help="How it is written. [default: terminal]",
        ),
    ):
        function = add(function)
    return function


@command.command("convert", cls=GroupedCommand, epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_how_it_is_written
def convert(file: Path, **how: Any) -> None:
    """Write a report in other formats.

    The exit code says only whether that went well.
    """
    from migcheck.reporters.reading import read_report

    writing = Writing(Settings(**how), Path.cwd())
    writing.write(read_report(file))


command.add_command(opening.command)


@command.command("merge", cls=GroupedCommand, epilog=EPILOG)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@option(
    "--fail-on",
    "fail_on",
    type=SuggestedChoice(FAIL_ON),
    help="Least severity that makes the exit code 1. [default: as the shards were told]",
)
@_how_it_is_written
def merge(files: tuple[Path, ...], fail_on: str | None, **how: Any) -> int:
    """Make one report of those of all shards, as a run in one place would write it.

    The exit code is that of `migcheck verify`.
    """
    from migcheck.checks import exit_code
    from migcheck.merging import merged
    from migcheck.reporters.reading import read_report

    writing = Writing(Settings(**how), Path.cwd())
    report = merged([read_report(file) for file in files], [str(file) for file in files])
    if fail_on is not None:
        report = replace(report, exit_code=exit_code(report.findings, fail_on))
    writing.write(report)
    return report.exit_code
