"""Tables for the terminal, and what `migcheck verify` may cost."""

from __future__ import annotations

from collections.abc import Sequence

from bench import contenders
from bench.results import Measured, Series

# What `migcheck verify` may cost: without rows at most so many bare walks, and a command per step at least so
# many times as much; with rows at most so many times what it costs without.
MOST_BARE_WALKS = 4.0
LEAST_FASTER = 5.0
MOST_WITH_ROWS = 2.5
# On shorter histories the start of the processes is all that is measured.
SHORTEST = 100


def _line(series: Series, measured: Measured) -> str:
    median = measured.median
    if median is None:
        return f"{measured.contender:<28}  did not get through: {measured.reason}"
    walks = series.ratio(measured.contender, contenders.WALK.name)
    ratio = f"{walks:.2f}" if walks else "-"
    low, high = min(measured.seconds), max(measured.seconds)
    figures = f"{median:>8.2f}s{low:>8.2f}s{high:>8.2f}s{len(measured.seconds):>6}{ratio:>13}"
    return f"{measured.contender:<28}{figures}  {measured.note}".rstrip()


def text(series: Series) -> str:
    """The table of one history."""
    title = f"{series.history}: {series.revisions} revisions ({series.summary})"
    head = f"{'':<28}{'median':>9}{'min':>9}{'max':>9}{'runs':>6}{'x bare walk':>13}"
    return "\n".join([title, head, *(_line(series, measured) for measured in series.measured)])


def _verdicts(series: Series) -> list[tuple[bool, str]]:
    name = f"{series.history}, {series.revisions} revisions: migcheck verify"
    walks = series.ratio(contenders.VERIFY.name, contenders.WALK.name)
    faster = series.ratio(contenders.COMMANDS.name, contenders.VERIFY.name)
    rows = series.ratio(contenders.WITH_ROWS.name, contenders.VERIFY.name)
    found: list[tuple[bool, str]] = []
    if walks:
        kept = walks <= MOST_BARE_WALKS
        found.append((kept, f"{name} is {walks:.2f} times the bare walk (at most {MOST_BARE_WALKS:g})"))
    if faster:
        kept = faster >= LEAST_FASTER
        found.append((kept, f"{name} is {faster:.1f} times faster than commands (at least {LEAST_FASTER:g})"))
    if rows:
        kept = rows <= MOST_WITH_ROWS
        found.append((kept, f"{name} takes {rows:.2f} times as long with rows (at most {MOST_WITH_ROWS:g})"))
    return found


def verdicts(series: Sequence[Series]) -> list[tuple[bool, str]]:
    """What verify may cost on simple histories, and whether it keeps to it; nothing where one side was not
    measured.
    """
    judged = [each for each in series if each.history == "simple" and each.revisions >= SHORTEST]
    return [verdict for each in sorted(judged, key=lambda s: s.revisions) for verdict in _verdicts(each)]
