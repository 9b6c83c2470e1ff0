"""`migcheck doctor`."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from migcheck import __version__
from migcheck.cli.console import console, show
from migcheck.cli.options import GroupedCommand
from migcheck.reporters.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

    from migcheck.providers.base import Availability

DRIVERS = (
    *("psycopg", "psycopg2", "psycopg2-binary", "asyncpg", "pg8000"),
    *("PyMySQL", "mysqlclient", "mariadb", "aiomysql", "asyncmy", "mysql-connector-python", "aiosqlite"),
)
NOTHING_WORKS = 3


@click.command("doctor", cls=GroupedCommand)
def command() -> int:
    """Show which database providers work here, what to do for those that don't, and versions.

    A server whose URL is in the settings is tried as well. The exit code is 0 where at least one
    provider works, 3 where none does.
    """
    from migcheck.plugins import doctor

    out = console(width=120)
    answers = doctor()
    _providers(out, answers)
    out.print()
    _versions(out)
    if any(answer.available for answer in answers):
        return 0
    out.print()
    out.print("No provider works here: nothing can be verified.", style="bold red")
    return NOTHING_WORKS


def _providers(out: Console, answers: Iterable[Availability]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("provider", "works", "", box=None, pad_edge=False, header_style="bold")
    for answer in answers:
        works = Text("yes", style="green") if answer.available else Text("no", style="red")
        table.add_row(
            Text(answer.provider, style="bold"), works, Text(printable(answer.detail), overflow="fold")
        )
        if answer.hint:
            table.add_row("", "", Text(f"hint: {printable(answer.hint)}", style="cyan", overflow="fold"))
    show(out, table)


def _versions(out: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("software", "version", box=None, pad_edge=False, header_style="bold")
    table.add_row("migcheck", __version__)
    table.add_row("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in ("alembic", "SQLAlchemy"):
        table.add_row(name, _version(name) or Text("not installed", style="red"))
    drivers = [f"{name} {version}" for name in DRIVERS if (version := _version(name))]
    table.add_row("drivers", ", ".join(drivers) or Text("none", style="red"))
    show(out, table)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
