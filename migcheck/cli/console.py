"""Standard output for the commands that print tables."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from migcheck.reporters.base import UNLIMITED, wants_color, width_of
from migcheck.reporters.printable import encodable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


def console(width: int | None = None) -> Console:
    """A rich console on standard output: coloured and as wide as its terminal, plain when piped.

    `width` is used where nothing is known, that is when piped. Nothing that is printed is taken for
    rich's markup.
    """
    from rich.console import Console

    colored = wants_color(None, sys.stdout, os.environ)
    columns = width_of(sys.stdout, os.environ)
    return Console(
        file=sys.stdout,
        width=(width or 100) if columns == UNLIMITED else columns,
        color_system="standard" if colored else None,
        force_terminal=colored,
        no_color=not colored,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
        legacy_windows=False,
    )


def show(out: Console, table: RenderableType) -> None:
    """Print a table without the blanks that fill its last column."""
    with out.capture() as captured:
        out.print(table)
    text = "\n".join(line.rstrip() for line in captured.get().splitlines())
    out.file.write(encodable(f"{text}\n", getattr(out.file, "encoding", None)))
