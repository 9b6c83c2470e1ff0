"""Lines of styled text, wrapped with a gutter, as one string."""

from __future__ import annotations

import io

from rich.color import ColorSystem
from rich.console import Console
from rich.text import Text

from migcheck.reporters.base import UNLIMITED
from migcheck.reporters.printable import one_line, printable

# Prose wider than this is tiring to read, however wide the terminal is.
PROSE = 110


class Page:
    """Collects lines. Nothing put in is taken for markup; callers make foreign text printable first.

    `width` is in columns, `color` says whether the result holds ANSI styles.
    """

    def __init__(self, width: int, color: bool) -> None:
        self._width, self._color = width, color
        self._lines: list[Text] = []
        self._console = Console(file=io.StringIO(), width=UNLIMITED, legacy_windows=False, _environ={})

    def blank(self) -> None:
        """An empty line, unless one is there already or nothing is."""
        if self._lines and self._lines[-1].plain:
            self._lines.append(Text())

    def line(
        self, body: Text, first: Text | None = None, rest: Text | None = None, limit: int | None = None
    ) -> None:
        """`body` after `first`; what does not fit goes on below after `rest` (default: blanks as wide as
        `first`). Lines are at most `limit` columns wide, the prefix included (default: the page)."""
        first = Text() if first is None else first
        rest = Text(" " * first.cell_len) if rest is None else rest
        width = min(self._width, limit or self._width)
        for number, part in enumerate(
            self._wrapped(body, max(width - max(first.cell_len, rest.cell_len), 20))
        ):
            line = Text.assemble(first if number == 0 else rest, part)
            line.rstrip()
            self._lines.append(line)

    def prose(self, body: Text, first: Text | None = None, rest: Text | None = None) -> None:
        """Like `line`, kept to a width that is pleasant to read (where anything is wrapped at all)."""
        self.line(body, first, rest, limit=PROSE if self._width < UNLIMITED else None)

    def __str__(self) -> str:
        """The page with a newline after each line."""
        if not self._color:
            return "".join(f"{line.plain}\n" for line in self._lines)
        return "".join(f"{self._styled(line)}\n" for line in self._lines)

    def _styled(self, line: Text) -> str:
        # Console.print() would do the same, and look for links, emoji and widths on the way.
        return "".join(
            text if style is None else style.render(text, color_system=ColorSystem.STANDARD)
            for text, style, _ in line.render(self._console)
        )

    def _wrapped(self, body: Text, width: int) -> list[Text]:
        if self._width >= UNLIMITED or body.cell_len <= width:
            return [body]
        indent = len(body.plain) - len(body.plain.lstrip())
        margin, content = (body[:indent], body[indent:]) if 0 < indent < width // 2 else (Text(), body)
        lines = content.wrap(self._console, width - margin.cell_len, overflow="fold")
        return [Text.assemble(margin, line) for line in lines]


def clipped(text: str, limit: int) -> str:
    """`text` on one printable line of at most `limit` characters; what is left out is counted."""
    line = one_line(text[: limit * 2]) if len(text) > limit * 2 else one_line(text)
    left_out = len(text) - limit
    return (
        line
        if len(line) <= limit and left_out <= 0
        else f"{line[:limit]}... ({max(left_out, 1)} more characters)"
    )


def content_lines(text: str, max_lines: int | None, max_columns: int | None) -> tuple[list[str], int]:
    """The printable lines of `text`, at most `max_lines` of at most `max_columns` characters (None: no
    limit), and how many lines were left out."""
    lines = text.rstrip("\r\n").replace("\r\n", "\n").split("\n")
    kept = lines if max_lines is None else lines[:max_lines]
    shown = []
    for line in kept:
        over = 0 if max_columns is None else len(line) - max_columns
        if max_columns is not None and over > 0:
            shown.append(f"{printable(line[:max_columns], keep='')}... ({over} more characters)")
        else:
            shown.append(printable(line, keep=""))
    return shown, len(lines) - len(kept)


def some(names: list[str], limit: int) -> str:
    """`a, b and 3 more`."""
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"
