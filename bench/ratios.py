"""What contenders cost against each other, history by history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench import contenders, fit
from bench.results import Results, Series


@dataclass(frozen=True)
class Ratio:
    """A question whose answer is `above` divided by `below`, names of contenders."""

    text: str
    above: str
    below: str


RATIOS = (
    Ratio("`verify`, one job, no rows: times the bare walk", contenders.ONE_JOB.name, contenders.WALK.name),
    Ratio("`verify`, no rows: times the bare walk", contenders.VERIFY.name, contenders.WALK.name),
    Ratio("`verify`, no rows: times pytest-alembic", contenders.VERIFY.name, contenders.PYTEST_ALEMBIC.name),
    Ratio(
        "`verify`, with rows: times pytest-alembic", contenders.WITH_ROWS.name, contenders.PYTEST_ALEMBIC.name
    ),
    Ratio("`verify`: with rows, times without", contenders.WITH_ROWS.name, contenders.VERIFY.name),
    Ratio("one job: times the usual jobs", contenders.ONE_JOB.name, contenders.VERIFY.name),
    Ratio("a command per step: times `verify`, no rows", contenders.COMMANDS.name, contenders.VERIFY.name),
    Ratio("pytest-mrt: times `verify`, with rows", contenders.PYTEST_MRT.name, contenders.WITH_ROWS.name),
)


def kinds(series: Sequence[Series]) -> tuple[list[Series], list[Series], list[Series]]:
    """The simple histories, the rich ones and the published ones, each in order of length."""
    ordered = sorted(series, key=lambda each: (each.revisions, each.history))
    simple, rich = ([s for s in ordered if s.generated and s.history == kind] for kind in ("simple", "rich"))
    return simple, rich, [each for each in ordered if not each.generated]


def mrt_curve(results: Results) -> fit.Quadratic | None:
    """How pytest-mrt's time grows, fitted to what was measured of it on simple histories."""
    simple, _, _ = kinds(results.series)
    medians = ((each.revisions, each.median(contenders.PYTEST_MRT.name)) for each in simple)
    return fit.quadratic([(revisions, median) for revisions, median in medians if median is not None])


def ratio(series: Series, asked: Ratio, curve: fit.Quadratic | None = None) -> str:
    """The answer with two digits; with a ~ where it comes from `curve` (of pytest-mrt, simple histories).

    A dash where one side was not measured.
    """
    quotient, below, guessed = series.ratio(asked.above, asked.below), series.median(asked.below), ""
    mrt = asked.above == contenders.PYTEST_MRT.name and series.history == "simple"
    if quotient is None and curve and mrt and below:
        quotient, guessed = curve.at(series.revisions) / below, "~"
    if quotient is None:
        return "-"
    return f"{guessed}{quotient:.0f}" if quotient >= 10 else f"{guessed}{quotient:.1f}"


def per_revision(series: Sequence[Series], contender: str, short: int, long: int) -> float | None:
    """How many times as much a revision costs in a simple history of `long` as in one of `short`.

    None where one of them was not measured.
    """
    simple, _, _ = kinds(series)
    costs = {
        each.revisions: median / each.revisions
        for each in simple
        if (median := each.median(contender)) is not None
    }
    return costs[long] / costs[short] if short in costs and long in costs else None
