"""`migcheck drift`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from migcheck.cli.options import GroupedCommand, SuggestedChoice, option
from migcheck.cli.project import of_project
from migcheck.cli.verify import progress_of
from migcheck.cli.writing import OUTPUT_HELP, Writing
from migcheck.errors import UsageError
from migcheck.settings import load_settings
from migcheck.settings.fields import FORMATS
from migcheck.walk.zygotes import begun_ahead

COMPARED, REPORT = "What is compared", "Report"

EPILOG = """
Examples:
  migcheck drift --against postgresql://reader@db.example.com/shop
  MIGCHECK_AGAINST=postgresql://... migcheck drift
  migcheck drift --against sqlite:///shop.db --exclude "celery_*"

The living database is only read. A password belongs into the environment (or
~/.pgpass), where it is in no list of processes.

Exit codes: 0 no drift, 1 drift, 2 wrong usage or configuration, 3 one of the two
could not be read.
"""


@click.command("drift", cls=GroupedCommand, epilog=EPILOG)
@of_project
@option(
    "--against",
    group=COMPARED,
    metavar="URL",
    envvar="MIGCHECK_AGAINST",
    help="The living database: postgresql://, mysql://, mariadb:// or sqlite:///. It is only read. "
    "[MIGCHECK_AGAINST]",
)
@option(
    "--exclude",
    group=COMPARED,
    metavar="PATTERN",
    multiple=True,
    help="Leave out objects of such names, and what belongs to them: public.celery_*. Repeatable.",
)
@option(
    "--privileges/--no-privileges",
    group=COMPARED,
    default=False,
    help="Compare owners, privileges and roles, too. [default: no]",
)
@option(
    "--database",
    "database",
    group=COMPARED,
    metavar="SPEC",
    help="Where the history is made, as for verify. [default: a server of the same major version]",
)
@option("--format", "format", group=REPORT, type=SuggestedChoice(FORMATS), help="[default: terminal]")
@option("-o", "--output", "output", group=REPORT, metavar="[FORMAT:]FILE", multiple=True, help=OUTPUT_HELP)
@option("-v", "--verbose", group=REPORT, count=True, help="Show whole definitions.")
@option("-q", "--quiet", group=REPORT, count=True, help="One line for each finding; -qq for files alone.")
@option("--color/--no-color", "color", group=REPORT, default=None, help="Colours. [default: as for verify]")
def command(against: str | None, exclude: tuple[str, ...], privileges: bool, **flags: Any) -> int:
    """Compare a living database with what the history makes at the revision it is stamped with."""
    if not against:
        raise UsageError(
            "drift needs a database to compare", "--against URL, or MIGCHECK_AGAINST in the environment"
        )
    cwd = Path.cwd()
    given = {name: value for name, value in flags.items() if value not in (None, 0, ())}
    settings, _ = load_settings(given, cwd, os.environ)
    writing = Writing(settings, cwd)

    with begun_ahead():
        from migcheck.drift import drift

        report = drift(
            against=against,
            exclude=exclude,
            privileges=privileges,
            settings=settings,
            progress=progress_of(settings, os.environ),
        )
    writing.write(report)
    return report.exit_code
