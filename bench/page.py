"""docs/benchmarks.md: what was measured, on what, how, and what follows from it. Its prose is in page.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Template

from bench import contenders, ratios, table
from bench.contenders import SAMPLE, SAMPLED_ABOVE
from bench.measure import PATIENCE
from bench.results import Measured, Results, Series

TEMPLATE = Path(__file__).with_name("page.md")

SIMPLE = """\
Each seven revisions make a table with a foreign key to the one before, and change it: a column, an index,
a CHECK, a unique constraint, a longer type, NOT NULL.
"""

RICH = """\
Each sixteen revisions make three tables and what hangs on them: an enum type, partial and expression
indexes, CHECKs, foreign keys, a view that is changed later, a trigger with a function that is replaced
later, comments, two data migrations, a branch and its merge.
"""

PUBLISHED = """\
Histories as they are in packages on PyPI, unchanged, with a minimal env.py, under psycopg 2 and SQLAlchemy
2.0. Their models are not loaded, so pytest-alembic runs three of its tests. They are not free of faults: what
stops at the first one has no figure; migcheck puts the database right and goes on, which costs time.
"""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], figures: int | None = None) -> str:
    """A table whose first column is text, as are all behind the next `figures` ones."""
    right = len(head) - 1 if figures is None else figures
    alignment = ["---", *["---:"] * right, *["---"] * (len(head) - 1 - right)]
    return "\n".join(map(_row, [head, alignment, *rows]))


def _ratios(series: Sequence[Series], results: Results, names: Sequence[str]) -> str:
    curve = ratios.mrt_curve(results)
    rows = [[asked.text, *(ratios.ratio(each, asked, curve) for each in series)] for asked in ratios.RATIOS]
    return _table(["", *names], [row for row in rows if set(row[1:]) != {"-"}])


def _whole(series: Sequence[Series]) -> list[Series]:
    """Without the histories on which pytest-mrt alone ran, for its curve."""
    return [each for each in series if each.of(contenders.VERIFY.name)]


def _summary(results: Results) -> Iterator[str]:
    simple, rich, published = map(_whole, ratios.kinds(results.series))
    for title, series in (("Simple histories", simple), ("Rich histories", rich)):
        if series:
            yield f"**{title}**, by their number of revisions:\n"
            yield _ratios(series, results, [str(each.revisions) for each in series]) + "\n"
    if published:
        yield "**Published histories** (revisions):\n"
        names = [f"{each.history} ({each.revisions})" for each in published]
        yield _ratios(published, results, names) + "\n"
    if ratios.mrt_curve(results):
        yield "With ~ it is from a time of pytest-mrt that was not measured, but"
        yield "[extrapolated](#pytest-mrt-on-longer-histories).\n"
    yield from _growth(results)
    yield from _limits(results)


def _limits(results: Results) -> Iterator[str]:
    verdicts = table.verdicts(results.series)
    if verdicts:
        yield "**The limits** to which `--check` holds `verify` on simple histories of 100 revisions or"
        yield "more, in these runs:\n"
        yield "\n".join(f"- {'kept' if kept else '**not kept**'}: {text}" for kept, text in verdicts) + "\n"


def _growth(results: Results) -> Iterator[str]:
    asked = (
        contenders.ONE_JOB,
        contenders.VERIFY,
        contenders.WITH_ROWS,
        contenders.WALK,
        contenders.HEAD,
        contenders.PYTEST_ALEMBIC,
    )
    found = [
        f"- {contender.name}: {times:.1f}"
        for contender in asked
        if (times := ratios.per_revision(results.series, contender.name, 100, 1000)) is not None
    ]
    if found:
        yield "**What a revision costs in a simple history of 1,000**, times what it costs in one of 100:\n"
        yield "\n".join(found) + "\n"
        yield "The two were measured one after the other, so noise is in this: see how the bare walk grew."
        yield "Less than 1 means that the start of the processes weighs more than growth.\n"


def _about(results: Results) -> str:
    runs: dict[str, list[str]] = {}
    for series in results.series:
        runs.setdefault(series.run, []).append(f"{series.history} {series.revisions}")
    rows = [list(pair) for pair in results.about]
    rows += [[f"run {number}", f"{run}: {', '.join(of)}"] for number, (run, of) in enumerate(runs.items(), 1)]
    return _table(["", ""], rows, figures=0)


def _cells(series: Series, measured: Measured) -> list[str]:
    median = measured.median
    if median is None:
        reason = measured.reason.replace("|", "\\|")
        return [measured.contender, "-", "-", "-", "-", "-", f"did not get through: {reason}"]
    walks = series.ratio(measured.contender, contenders.WALK.name)
    times = f"{walks:.2f}" if walks else "-"
    runs = [f"{figure:.2f}" for figure in (median, min(measured.seconds), max(measured.seconds))]
    return [measured.contender, *runs, str(len(measured.seconds)), times, measured.note]


def _history(series: Series) -> str:
    head = ["", "median, s", "min", "max", "runs", "x bare walk", "how"]
    return _table(head, [_cells(series, measured) for measured in series.measured], figures=5)


def _title(series: Series) -> str:
    name = "" if series.generated else f"{series.history}, "
    return f"### {name}{series.revisions} revisions\n"


def _histories(results: Results) -> Iterator[str]:
    titles = ("Simple histories", "Rich histories", "Published histories")
    texts = (SIMPLE, RICH, PUBLISHED)
    for title, text, series in zip(titles, texts, ratios.kinds(results.series), strict=True):
        if series:
            yield f"## {title}\n"
            yield text
        for each in series:
            yield _title(each)
            yield _history(each) + "\n"


def _mrt(results: Results) -> Iterator[str]:
    curve = ratios.mrt_curve(results)
    if curve is None:
        return
    simple, _, _ = ratios.kinds(results.series)
    name = contenders.PYTEST_MRT.name
    measured = [(each.revisions, median) for each in simple if (median := each.median(name)) is not None]
    lengths = [each.revisions for each in simple if each.median(name) is None]
    yield "## pytest-mrt on longer histories\n"
    yield "Each of its steps is a command of Alembic that loads the whole history, and after each it looks at"
    yield "every table: its time grows with the square of the length. Measured once each, simple histories:"
    yield ", ".join(f"{seconds:.1f} s for {revisions}" for revisions, seconds in measured) + " revisions."
    yield f"The curve {curve.linear:.3f} n + {curve.square:.5f} n² seconds fits that best (least squares of"
    yield "relative errors); single runs on a noisy machine make it good for an order of magnitude."
    if lengths:
        guessed = ", ".join(f"{curve.at(length):,.0f} s for {length}" for length in lengths)
        yield f"**Extrapolated by it, not measured**: {guessed} revisions."
    yield ""


def _left(results: Results) -> Iterator[str]:
    if results.left:
        yield "## Not measured\n"
        yield f"The run ended before it came to these histories: {'; '.join(results.left)}.\n"


def render(results: Results, picture: str) -> str:
    """The page in Markdown; `picture` is the name of its plot, in the same folder."""
    parts = {"ratios": _summary, "histories": _histories, "mrt": _mrt, "left": _left}
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        {name: "".join(f"{line}\n" for line in part(results)) for name, part in parts.items()},
        about=_about(results),
        picture=picture,
        above=SAMPLED_ABOVE,
        sample=SAMPLE,
        patience=f"{PATIENCE:g}",
    )
