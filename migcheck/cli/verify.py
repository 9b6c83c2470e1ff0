"""`migcheck verify`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migcheck.cli.baseline import DAYS, NewBaseline
from migcheck.cli.options import F, GroupedCommand, SuggestedChoice, option
from migcheck.cli.writing import OUTPUT_HELP, Writing
from migcheck.errors import UsageError
from migcheck.settings import Settings, load_settings
from migcheck.settings.fields import FAIL_ON, FORMATS
from migcheck.walk.zygotes import begun_ahead

if TYPE_CHECKING:
    from migcheck.progress import Progress

PROJECT, DATABASE, WHAT, REPORT = "Project", "Database", "What is verified", "Report"
ROWS = "Rows"

# Flags whose 0 means "not given", where None does for all others.
_COUNTED = ("verbose", "quiet")

EPILOG = """
Examples:
  migcheck verify                                the project in this folder
  migcheck verify --url backend/alembic.ini      another one
  migcheck verify --since origin/main            what this branch has changed
  migcheck verify --revisions base:ab12          the oldest part of a history
  migcheck verify --shard 2/4                    the second quarter of it
  migcheck verify --setup base.sql --stamp 0001  one that begins elsewhere
  migcheck verify --database postgresql://me@ci  on a server of your own
  migcheck verify --database docker:postgres:14 --database docker:postgres:17
  migcheck verify --seed-rows 100000             with large tables
  migcheck verify --select MC2 --ignore MC209    some checks only
  migcheck verify --output json:report.json      the same, and a file beside

Settings are also read from [tool.migcheck] in pyproject.toml (or migcheck.toml,
without that heading) and from MIGCHECK_* in the environment: --step-timeout is
step_timeout there, or MIGCHECK_STEP_TIMEOUT. Flags go before the environment,
the environment before the file. --show-settings prints what is in force and
where it came from.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or
configuration, 3 could not verify.
"""


def _several(*names: str, group: str, metavar: str, help: str) -> Callable[[F], F]:  # noqa: A002
    return option(*names, group=group, metavar=metavar, help=help, multiple=True)


@click.command("verify", cls=GroupedCommand, epilog=EPILOG)
@option(
    "--url",
    "-c",
    "--config",
    "url",
    group=PROJECT,
    metavar="PATH",
    help="An alembic.ini, a pyproject.toml with [tool.alembic], or the folder of one. "
    "[default: the working directory]",
)
@option(
    "-n", "--name", group=PROJECT, metavar="SECTION", help="Section of the config file. [default: alembic]"
)
@_several(
    "-x",
    "x",
    group=PROJECT,
    metavar="KEY=VALUE",
    help="Extra argument for env.py, as alembic has it. Repeatable.",
)
@_several(
    "--env",
    "env",
    group=PROJECT,
    metavar="KEY=VALUE",
    help="Environment variable for env.py and the revisions. Repeatable.",
)
@_several(
    "--url-env",
    "url_env",
    group=PROJECT,
    metavar="NAME",
    help="Environment variable from which env.py takes the database URL. Repeatable.",
)
@_several(
    "--database",
    "database",
    group=DATABASE,
    metavar="SPEC",
    help="auto, embedded, embedded:16, local, local:15, local:BINDIR, docker, docker:IMAGE, sqlite, a "
    "plugin's, or the URL of a server on which migcheck may create databases of its own. Repeatable: "
    "verified on each. [default: auto]",
)
@option("--image", group=DATABASE, metavar="IMAGE", help="Image for auto and docker, such as postgres:17.")
@_several(
    "--image-env",
    "image_env",
    group=DATABASE,
    metavar="KEY=VALUE",
    help="Environment variable of the container. Repeatable.",
)
@option(
    "--image-command", "image_command", group=DATABASE, metavar="COMMAND", help="Command of the container."
)
@option(
    "--reuse/--no-reuse",
    "reuse",
    group=DATABASE,
    default=None,
    help="Keep the container running for the next run. [default: no]",
)
@_several(
    "--setup",
    "setup",
    group=DATABASE,
    metavar="FILE.sql",
    help="SQL to run on each fresh database before the first revision. Repeatable.",
)
@_several(
    "--stamp",
    "stamp",
    group=DATABASE,
    metavar="REV",
    help="Revision at which a fresh database stands after --setup. Repeatable.",
)
@option(
    "--locale", group=DATABASE, metavar="NAME", help="Locale of a server started here. [default: C.UTF-8]"
)
@option(
    "--jobs",
    "-j",
    "jobs",
    group=DATABASE,
    type=int,
    metavar="N",
    help="Parts of a long history that are walked side by side. [default: the number of processors]",
)
@option(
    "--executor",
    group=DATABASE,
    metavar="local|dask://HOST:PORT",
    help="Where the parts are walked: here, or on the workers of a Dask cluster, which see the same files. "
    "[default: local]",
)
@option(
    "--cache/--no-cache",
    "cache",
    group=DATABASE,
    default=None,
    help="Keep the database before a part of a history for the next run. [default: yes]",
)
@option(
    "--cache-dir",
    "cache_dir",
    group=DATABASE,
    metavar="FOLDER",
    help="Where it is kept; see `migcheck cache`. [default: the user's folder for caches]",
)
@option(
    "--paranoid/--no-paranoid",
    "paranoid",
    group=DATABASE,
    default=None,
    help="Doubt migcheck too: compare each snapshot, of which only what changed is read, with a full one. "
    "[default: no]",
)
@option(
    "--step-timeout",
    "step_timeout",
    group=DATABASE,
    type=float,
    metavar="SECONDS",
    help="Time limit of one upgrade() or downgrade(). [default: 300]",
)
@option(
    "--seed-rows",
    "seed_rows",
    group=ROWS,
    type=int,
    metavar="N",
    help="Rows for each table before each upgrade; 0 verifies the schema alone. [default: 5]",
)
@option(
    "--random-seed",
    "random_seed",
    group=ROWS,
    type=int,
    metavar="N",
    help="Other rows for each N, the same ones for the same N. [default: 0]",
)
@option(
    "--seeds",
    "seeds",
    group=ROWS,
    metavar="FOLDER",
    help="Rows of your own: REVISION.sql, .yaml or .py, and tables.yaml. [default: seeds beside the config]",
)
@option("--revisions", group=WHAT, metavar="FROM:TO", help="Only the revisions after FROM, up to TO.")
@option("--last", group=WHAT, type=int, metavar="N", help="Only the last N revisions.")
@option(
    "--since",
    group=WHAT,
    metavar="GITREF",
    help="Only revisions whose files, or what they import from the repository, have changed since the branch "
    "left GITREF, and all that stand on them.",
)
@option(
    "--shard",
    group=WHAT,
    metavar="I/N",
    help="Only the I-th of N equal stretches of all that, for a job each in CI; `migcheck report merge` "
    "makes one report of theirs.",
)
@_several(
    "--target",
    "target",
    group=WHAT,
    metavar="REV",
    help="Verify the history up to REV, on a database of its own; for branches that exclude each other. "
    "Repeatable.",
)
@_several(
    "--independent-branch",
    "independent_branches",
    group=WHAT,
    metavar="LABEL",
    help="A branch that has a head of its own on purpose. Repeatable.",
)
@_several(
    "--select", "select", group=WHAT, metavar="CODES", help="Only these checks: MC204, MC2, ... Repeatable."
)
@_several("--ignore", "ignore", group=WHAT, metavar="CODES", help="Not these checks. Repeatable.")
@_several(
    "--severity",
    "severity",
    group=WHAT,
    metavar="CODE=LEVEL",
    help="Report a check as error, warning or info. Repeatable.",
)
@_several(
    "--plugin",
    "plugins",
    group=WHAT,
    metavar="MODULE",
    help="Module that registers checks or providers of your own. Repeatable.",
)
@option(
    "--check-snapshot",
    "check_snapshot",
    group=WHAT,
    metavar="FILE",
    help="Fail where this file, written by `migcheck snapshot`, is not what the history makes.",
)
@option(
    "--fail-on",
    "fail_on",
    group=REPORT,
    type=SuggestedChoice(FAIL_ON),
    help="The least severity that makes the exit code 1. [default: error]",
)
@option(
    "--baseline",
    group=REPORT,
    metavar="FILE",
    help="Findings that are known: they are listed as acknowledged, and only new ones fail.",
)
@option(
    "--write-baseline",
    "write_baseline",
    group=REPORT,
    is_flag=True,
    help="Write what is found now to the file that --baseline names.",
)
@option(
    "--baseline-reason",
    "reason",
    group=REPORT,
    metavar="TEXT",
    help="Why what --write-baseline adds is accepted.",
)
@option(
    "--baseline-expires",
    "expires",
    group=REPORT,
    metavar="YYYY-MM-DD|never",
    help=f"The last day on which that holds. [default: in {DAYS} days]",
)
@option("--format", "format", group=REPORT, type=SuggestedChoice(FORMATS), help="[default: terminal]")
@_several("--output", "-o", "output", group=REPORT, metavar="[FORMAT:]FILE", help=OUTPUT_HELP)
@option(
    "-v",
    "--verbose",
    "verbose",
    group=REPORT,
    count=True,
    help="Show everything: whole definitions, tracebacks ...",
)
@option(
    "-q",
    "--quiet",
    "quiet",
    group=REPORT,
    count=True,
    help="One line for each finding; -qq for nothing but the exit code.",
)
@option(
    "--color/--no-color",
    "color",
    group=REPORT,
    default=None,
    help="Colours. [default: where a terminal shows them; NO_COLOR and FORCE_COLOR are honoured]",
)
@option(
    "--show-settings",
    "show",
    group=REPORT,
    is_flag=True,
    help="Print each setting and where it came from; verify nothing.",
)
def command(show: bool, write_baseline: bool, reason: str | None, expires: str | None, **flags: Any) -> int:
    """Prove every revision of an Alembic project on a real, disposable database.

    Each revision is applied, undone and applied again; schema and errors are compared and judged.
    """
    cwd = Path.cwd()
    given = {name: value for name, value in flags.items() if not (name in _COUNTED and value == 0)}
    settings, origins = load_settings(given, cwd, os.environ)
    if show:
        from migcheck.cli.show_settings import show_settings

        show_settings(settings, origins)
        return 0
    if not write_baseline and (reason or expires):
        raise UsageError("--baseline-reason and --baseline-expires are of --write-baseline", "give that too")
    new_baseline = NewBaseline(settings, cwd, reason, expires) if write_baseline else None
    with begun_ahead() if settings.executor == "local" else nullcontext():
        return _verify(settings, cwd, new_baseline)


def _verify(settings: Settings, cwd: Path, new_baseline: NewBaseline | None) -> int:
    """Run, report, and return the exit code."""
    writing = Writing(settings, cwd)

    from migcheck.verify import verify

    chosen = new_baseline.settings if new_baseline else settings
    report = verify(settings=chosen, progress=progress_of(settings, os.environ))
    if new_baseline is not None:
        report = new_baseline.write(report)
    writing.write(report)
    return report.exit_code


def progress_of(settings: Settings, environ: Mapping[str, str]) -> Progress:
    """What shows how far it is, on a terminal."""
    from migcheck.progress import Progress
    from migcheck.reporters.base import is_terminal

    if settings.quiet or not is_terminal(sys.stderr) or environ.get("TERM") == "dumb":
        return Progress()
    from migcheck.reporters.terminal.live import LiveProgress

    return LiveProgress(sys.stderr, color=settings.color)
