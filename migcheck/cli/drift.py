"""`migcheck drift`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from migcheck.cli.options import F, GroupedCommand, SuggestedChoice, option
from migcheck.cli.verify import progress_of
from migcheck.cli.writing import OUTPUT_HELP, Writing
from migcheck.errors import UsageError
from migcheck.settings import load_settings
from migcheck.settings.fields import FORMATS

PROJECT, COMPARED, REPORT = "Project", "What is compared", "Report"

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


def _project(function: F) -> F:
    """The options that say what the history is, as `migcheck verify` has them."""
    for add in (
        option("--setup", "setup", group=PROJECT, metavar="FILE.sql", multiple=True, help="As for verify."),
        option("--stamp", "stamp", group=PROJECT, metavar="REV", multiple=True, help="As for verify."),
        option("--env", "env", group=PROJECT, metavar="KEY=VALUE", multiple=True, help="As for verify."),
        option("-x", "x", group=PROJECT, metavar="KEY=VALUE", multiple=True, help="As for verify."),
        option("-n", "--name", group=PROJECT, metavar="SECTION", help="As for verify."),
        option(
            "--url",
            "-c",
            "--config",
            "url",
            group=PROJECT,
            metavar="PATH",
            help="An alembic.ini, a pyproject.toml, or the folder of one. [default: the working directory]",
        ),
    ):
        function = add(function)
    return function


@click.command("drift", cls=GroupedCommand, epilog=EPILOG)
@_project
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
