"""The plot of a run: seconds over revisions of simple histories, both on logarithmic scales."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import contenders, fit, ratios
from bench.field import Contender
from bench.results import Results, Series


@dataclass(frozen=True)
class Style:
    """How one contender is drawn, and the text beside its line."""

    contender: Contender
    label: str
    color: str
    dashes: str = "-"
    marker: str = "o"


STYLES = (
    Style(contenders.PYTEST_MRT, "pytest-mrt", "#8c2d2d", marker="s"),
    Style(contenders.COMMANDS, "alembic command per step", "#4a4a4a", marker="^"),
    Style(contenders.PYTEST_ALEMBIC, "pytest-alembic", "#b3541e", marker="D"),
    Style(contenders.WITH_ROWS, "migcheck verify, with rows", "#0b3c6f"),
    Style(contenders.ONE_JOB, "migcheck verify, no rows, one job", "#5b9bd5"),
    Style(contenders.VERIFY, "migcheck verify, no rows", "#1f6fb5"),
    Style(contenders.WALK, "bare walk (the limit)", "#7f7f7f", "--"),
    Style(contenders.HEAD, "alembic upgrade heads", "#a6a6a6", ":"),
)
# How far apart two labels must be, as a part of the height of the plot.
GAP = 0.05


def apart(heights: Sequence[float], gap: float = GAP) -> list[float]:
    """`heights`, moved as little as needed for each to be `gap` away from the next; in the same order."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    # Blocks of labels that touch: [sum of what they would like to be at, how many].
    blocks: list[list[float]] = []
    for place, index in enumerate(order):
        blocks.append([heights[index] - place * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    lowest = [total / count for total, count in blocks for _ in range(int(count))]
    moved = [0.0] * len(heights)
    for place, index in enumerate(order):
        moved[index] = lowest[place] + place * gap
    return moved


def points(series: Sequence[Series], contender: str) -> list[tuple[int, float]]:
    """(revisions, median seconds) of `contender`, in order of length.

    Of each history only the rounds count in which all ran that are drawn and are repeated at all, so that
    no point comes from busier minutes than the others above and below it.
    """
    repeated = [style.contender.name for style in STYLES if not style.contender.once]
    found = []
    for each in series:
        runs = [m.seconds for m in each.measured if m.contender in repeated and m.seconds]
        rounds = min((len(seconds) for seconds in runs), default=1)
        measured = each.of(contender)
        if measured and measured.seconds:
            found.append((each.revisions, statistics.median(measured.seconds[:rounds])))
    return found


def draw(results: Results, path: Path) -> None:
    """Draw the simple histories of `results` into `path` (its suffix says as what: .svg, .png).

    The same results give the same file, byte for byte. ImportError without matplotlib.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    # Text stays text, so it is sharp and can be searched; a fixed salt makes the identifiers the same.
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "migcheck",
        "font.family": "sans-serif",
        "font.size": 11,
    }
    with matplotlib.rc_context(settings):
        figure, axes = pyplot.subplots(figsize=(10.5, 6.2))
        _lines(axes, results)
        figure.subplots_adjust(left=0.085, right=0.72, top=0.88, bottom=0.1)
        metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else None
        figure.savefig(path, metadata=metadata, facecolor="white", dpi=110)
        pyplot.close(figure)


def _lines(axes: Any, results: Results) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    simple, _, _ = ratios.kinds(results.series)
    lengths = sorted({each.revisions for each in simple})
    ends: list[tuple[float, float, Style, str]] = []
    for style in STYLES:
        found = points(simple, style.contender.name)
        if not found:
            continue
        xs, ys = [x for x, _ in found], [y for _, y in found]
        axes.plot(xs, ys, style.dashes, color=style.color, marker=style.marker, markersize=5, linewidth=1.8)
        label = style.label
        end: tuple[float, float] = found[-1]
        if style.contender is contenders.PYTEST_MRT and lengths[-1] > xs[-1]:
            end = _extrapolated(axes, found, style, lengths)
            label += "\n(dotted: extrapolated)"
        ends.append((*end, style, label))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(lengths, [f"{length:,}" for length in lengths])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:,g} s"))
    axes.grid(True, which="major", color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("revisions in a linear history of simple DDL")
    axes.set_title("Seconds to try a whole history (logarithmic scales)", loc="left", fontsize=13, pad=24)
    note = "One shared machine whose other work came and went: what counts is what lies far apart, not bends."
    axes.text(0, 1.025, note, transform=axes.transAxes, fontsize=9.5, color="#5f5f5f")
    _labels(axes, ends)


def _extrapolated(
    axes: Any, found: Sequence[tuple[int, float]], style: Style, lengths: Sequence[int]
) -> tuple[float, float]:
    """Draw the curve that fits `found` behind its last point; return where it ends."""
    last, curve = found[-1], fit.quadratic(found)
    if curve is None:
        return last
    behind = [(length, curve.at(length)) for length in lengths if length > last[0]]
    axes.plot(*zip(last, *behind, strict=True), ":", color=style.color, linewidth=1.8)
    return behind[-1]


def _labels(axes: Any, ends: Sequence[tuple[float, float, Style, str]]) -> None:
    """Write each label at the right edge, level with the end of its line, and a thin line to it."""
    axes.autoscale_view()
    to_axes = axes.transData + axes.transAxes.inverted()
    places = [to_axes.transform((x, y)) for x, y, _, _ in ends]
    for place, height, (_, _, style, label) in zip(
        places, apart([place[1] for place in places]), ends, strict=True
    ):
        axes.annotate(
            label,
            xy=tuple(place),
            xytext=(1.03, height),
            xycoords="axes fraction",
            textcoords="axes fraction",
            color=style.color,
            va="center",
            fontsize=10.5,
            arrowprops={
                "arrowstyle": "-",
                "color": style.color,
                "linewidth": 0.6,
                "shrinkA": 1,
                "relpos": (0, 0.5),
                "shrinkB": 4,
            },
            annotation_clip=False,
        )
