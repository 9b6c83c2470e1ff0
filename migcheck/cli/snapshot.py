"""`migcheck snapshot`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from migcheck.cli.options import GroupedCommand, option
from migcheck.cli.project import of_project
from migcheck.errors import MigcheckError
from migcheck.settings import load_settings
from migcheck.walk.zygotes import begun_ahead

EPILOG = """
Examples:
  migcheck snapshot -o schema.sql
  migcheck snapshot --revision ab12
  migcheck verify --check-snapshot schema.sql

Commit the file: a review then shows what a revision does to the schema, and
the gate fails where somebody forgot to renew it.
"""


@click.command("snapshot", cls=GroupedCommand, epilog=EPILOG)
@of_project
@option("--database", "database", metavar="SPEC", help="Where the history is made, as for verify.")
@option(
    "--revision",
    "revisions",
    metavar="REV",
    multiple=True,
    help="The schema at this revision. Repeatable. [default: heads]",
)
@option("-o", "--output", metavar="FILE", help="Write it to a file.")
def command(revisions: tuple[str, ...], output: str | None, **flags: Any) -> None:
    """Write the schema that the history makes, for people to read and to commit."""
    from migcheck.reporters.base import check_writable
    from migcheck.reporters.printable import encodable

    cwd = Path.cwd()
    settings, _ = load_settings({k: v for k, v in flags.items() if v not in (None, ())}, cwd, os.environ)
    # A snapshot is SQL, and replaces the one before.
    if output is not None and not (cwd / output).is_file():
        check_writable(output, cwd)

    from migcheck.snapshots import read, snapshot

    if output is not None and (cwd / output).is_file():
        read(cwd / output)  # what is no snapshot is not replaced
    with begun_ahead():
        text = snapshot(None, *revisions, settings=settings)
    if output is None:
        sys.stdout.write(encodable(text, sys.stdout.encoding))
        return
    try:
        (cwd / output).write_text(text, "utf-8", errors="backslashreplace")
    except OSError as error:
        raise MigcheckError(f"the snapshot could not be written to {output}: {error.strerror}") from error
