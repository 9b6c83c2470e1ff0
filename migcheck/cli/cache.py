"""`migcheck cache`."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from migcheck.cli.console import console, show
from migcheck.cli.options import GroupedCommand, PlainGroup, option
from migcheck.reporters.printable import one_line
from migcheck.settings import load_settings

EPILOG = """
Examples:
  migcheck cache info                     what is kept, and where
  migcheck cache info --cache-dir .states
  migcheck cache clear                    remove all of it

The database before a part of a history (--since, --last, --revisions) is kept
for the next run, a file for each, until a file that it was made of changes. CI
can store the folder.
"""


_folder = option(
    "--cache-dir",
    "cache_dir",
    metavar="FOLDER",
    help="The folder. [default: as in the settings, else the user's folder for caches]",
)


@click.group("cache", cls=PlainGroup, epilog=EPILOG)
def command() -> None:
    """Show what is kept between runs, or remove it."""


@command.command("info", cls=GroupedCommand)
@_folder
def info(cache_dir: str | None) -> int:
    """List the states that are kept."""
    from migcheck.cache.entries import entries

    folder = _folder_of(cache_dir)
    kept = entries(folder)
    out = console(width=400)
    size = sum(entry.size for entry in kept)
    out.print(f"{folder}: {_states(len(kept))}, {_megabytes(size)}", soft_wrap=True)
    if not kept:
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table("revisions", "up to", "server", "size", "last used", "project", box=None, pad_edge=False)
    for entry in kept:
        server = " ".join(map(str, entry.made_with.get("server", ())))
        used = datetime.fromtimestamp(entry.used).strftime("%Y-%m-%d %H:%M")
        cells = (str(len(entry.revisions)), entry.revisions[-1], server, _megabytes(entry.size), used)
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in (*cells, entry.config)))
    show(out, table)
    return 0


@command.command("clear", cls=GroupedCommand)
@_folder
def clear(cache_dir: str | None) -> int:
    """Remove all states that are kept."""
    from migcheck.cache.entries import clear as clear_cache

    folder = _folder_of(cache_dir)
    console().print(f"{folder}: {_states(clear_cache(folder))} removed", soft_wrap=True)
    return 0


def _folder_of(given: str | None) -> Path:
    from migcheck.cache.entries import folder_of

    settings, _ = load_settings({"cache_dir": given}, Path.cwd(), os.environ)
    return folder_of(settings.cache_dir)


def _states(number: int) -> str:
    return f"{number} state{'' if number == 1 else 's'}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
