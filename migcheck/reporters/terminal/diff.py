"""A difference as a few readable lines: `-` is the first moment, `+` the second."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from rich.text import Text

from migcheck.model import Difference, DifferenceClass, DifferenceKind
from migcheck.reporters.terminal.page import clipped, content_lines
from migcheck.reporters.wording import MOMENTS, plural

MAX_LINES = 12
MAX_COLUMNS = 400
_CONTEXT = 2
_MAX_WORDS = 400
_MAX_MATCHED = 2000
_NAME = 120
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_STYLES = {"-": "red", "+": "green", " ": ""}

Marked = tuple[str, Text]


def moments(code: str) -> Text | None:
    """What `-` and `+` stand for in a finding of the check `code`."""
    if code not in MOMENTS:
        return None
    first, second = MOMENTS[code]
    return Text.assemble((f"--- {first}", "red"), "  ", (f"+++ {second}", "green"), style="dim")


def label(difference: Difference) -> Text:
    """Which object, which attribute of it, and what became of it."""
    words = Text(f"{clipped(difference.object_type, _NAME)} {clipped(difference.name, _NAME)}")
    if difference.kind is DifferenceKind.CHANGED:
        words.append(f": {clipped(difference.attribute or 'definition', _NAME)}")
    else:
        words.append(f": {difference.kind.value}")
    if difference.difference_class is not DifferenceClass.SEMANTIC:
        words.append(f" ({difference.difference_class.value})", style="dim")
    return words


def marked_lines(difference: Difference, everything: bool) -> list[Text]:
    """The lines of the object or of its attribute, each with its mark; `everything` trims nothing."""
    columns = None if everything else MAX_COLUMNS
    before, after = (_lines(value, columns) for value in (difference.before, difference.after))
    if difference.kind is DifferenceKind.REMOVED:
        marked = [_plain("-", line) for line in before or _lines(_bare(difference), columns)]
    elif difference.kind is DifferenceKind.ADDED:
        marked = [_plain("+", line) for line in after or _lines(_bare(difference), columns)]
    else:
        marked = list(_changes(before or ["(none)"], after or ["(none)"]))
    limit = len(marked) if everything else MAX_LINES
    shown = [Text.assemble((f"{mark} ", _STYLES[mark]), text) for mark, text in marked[:limit]]
    if len(marked) > limit:
        shown.append(Text(f"  ... {plural(len(marked) - limit, 'more line')}, -v shows all", style="dim"))
    return shown


def _bare(difference: Difference) -> str:
    return f"{difference.object_type} {difference.name}"


def _lines(value: str | None, columns: int | None) -> list[str]:
    return [] if not value else content_lines(value, None, columns)[0]


def _plain(mark: str, line: str) -> Marked:
    return mark, Text(line, style=_STYLES[mark])


def _changes(before: list[str], after: list[str]) -> Iterable[Marked]:
    """A line diff with a little context; a line that became another one shows the words that changed."""
    if len(before) + len(after) > _MAX_MATCHED:
        yield from (_plain("-", line) for line in before)
        yield from (_plain("+", line) for line in after)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number:
            yield " ", Text("...", style="dim")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (_plain(" ", line) for line in before[i1:i2])
            elif tag == "replace" and i2 - i1 == j2 - j1:
                pairs = [_emphasised(a, b) for a, b in zip(before[i1:i2], after[j1:j2], strict=True)]
                yield from (("-", old) for old, _ in pairs)
                yield from (("+", new) for _, new in pairs)
            else:
                yield from (_plain("-", line) for line in before[i1:i2])
                yield from (_plain("+", line) for line in after[j1:j2])


def _emphasised(before: str, after: str) -> tuple[Text, Text]:
    """Both lines, with the words that only one of them has underlined."""
    old, new = Text(before, style="red"), Text(after, style="green")
    olds, news = _WORD.findall(before), _WORD.findall(after)
    if len(olds) + len(news) > _MAX_WORDS:
        return old, new
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    if matcher.ratio() < 0.4:
        return old, new  # two lines with little in common: underlining most of them helps nobody
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            _underline(old, olds, i1, i2)
            _underline(new, news, j1, j2)
    return old, new


def _underline(line: Text, words: list[str], start: int, end: int) -> None:
    begin = sum(map(len, words[:start]))
    line.stylize("bold underline", begin, begin + sum(map(len, words[start:end])))
