"""What was measured is kept, compared, shown as tables and drawn."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bench import contenders, fit, page, plot, ratios, results, table
from bench.field import Contender
from bench.results import Measured, Results, Series


def measured(contender: Contender, *seconds: float, note: str = "", reason: str = "") -> Measured:
    return Measured(contender.name, seconds, note, reason)


def series(revisions: int, *of: Measured, history: str = "simple", generated: bool = True) -> Series:
    return Series(history, "summary", revisions, generated, of)


RESULTS = Results(
    (("date", "2026-11-27"), ("machine", "2 cores")),
    (
        series(25, measured(contenders.WALK, 1.0), measured(contenders.PYTEST_MRT, 10.0)),
        series(50, measured(contenders.PYTEST_MRT, 40.0, note="measured once")),
        series(
            100,
            measured(contenders.WALK, 2.0, 1.0, 3.0),
            measured(contenders.ONE_JOB, 5.0),
            measured(contenders.VERIFY, 4.0),
            measured(contenders.WITH_ROWS, 8.0),
        ),
        series(1000, measured(contenders.WALK, 20.0), measured(contenders.ONE_JOB, 40.0)),
        series(
            109,
            measured(contenders.WALK, reason="DataError: a | b"),
            measured(contenders.VERIFY, 28.0),
            history="ckan 2.12.0",
            generated=False,
        ),
    ),
    ("rich, 1000 revisions",),
)


def test_results_survive_their_file(tmp_path: Path) -> None:
    results.save(RESULTS, tmp_path / "r.json")
    assert results.load(tmp_path / "r.json") == RESULTS


def test_another_run_is_added_in_place_of_the_same_histories() -> None:
    new = Results(RESULTS.about, (series(100, measured(contenders.WALK, 9.0)),), ())
    kept = replace(RESULTS, left=("rich, 1000 revisions", "simple, 100 revisions", "ckan"))
    both = results.merged(kept, new)
    assert both.left == ("rich, 1000 revisions",)
    assert [each.revisions for each in both.series] == [25, 50, 1000, 109, 100]
    assert both.series[-1].median(contenders.WALK.name) == 9.0
    assert results.merged(Results((), ()), new) == new


def test_a_quadratic_is_found_again() -> None:
    curve = fit.quadratic([(n, 0.5 * n + 0.02 * n * n) for n in (10, 25, 50, 100)])
    assert curve is not None
    assert (curve.linear, curve.square) == pytest.approx((0.5, 0.02))
    assert curve.at(1000) == pytest.approx(20500)


def test_no_part_of_a_quadratic_is_negative() -> None:
    steep = fit.quadratic([(n, n**3) for n in (10, 20, 40)])
    flat = fit.quadratic([(n, n**0.5) for n in (10, 20, 40)])
    assert steep is not None and steep.linear == 0 and steep.square > 0
    assert flat is not None and flat.square == 0 and flat.linear > 0


def test_no_quadratic_through_one_point() -> None:
    assert fit.quadratic([]) is None
    assert fit.quadratic([(25, 5.0), (25, 6.0)]) is None


def test_ratios_are_of_medians_and_guesses_are_marked() -> None:
    asked = {(asked.above, asked.below): asked for asked in ratios.RATIOS}
    bare = asked[contenders.ONE_JOB.name, contenders.WALK.name]
    mrt = asked[contenders.PYTEST_MRT.name, contenders.WITH_ROWS.name]
    curve = ratios.mrt_curve(RESULTS)
    hundred, ckan = RESULTS.series[2], RESULTS.series[4]
    assert ratios.ratio(hundred, bare) == "2.5"
    assert ratios.ratio(hundred, mrt, curve) == "~20"
    assert ratios.ratio(hundred, mrt) == "-"
    assert ratios.ratio(ckan, bare, curve) == "-"
    assert ratios.per_revision(RESULTS.series, contenders.ONE_JOB.name, 100, 1000) == pytest.approx(0.8)
    assert ratios.per_revision(RESULTS.series, contenders.VERIFY.name, 100, 1000) is None


def test_the_page_says_what_was_measured_and_what_was_not() -> None:
    text = page.render(RESULTS, "benchmarks.svg")
    assert 'src="benchmarks.svg"' in text and "$" not in text
    assert "| migcheck verify, one job | 5.00 | 5.00 | 5.00 | 1 | 2.50 |  |" in text
    assert "| bare walk, one env.py run | 2.00 | 1.00 | 3.00 | 3 | 1.00 |  |" in text
    assert "| pytest-mrt | 40.00 | 40.00 | 40.00 | 1 | - | measured once |" in text
    assert "did not get through: DataError: a \\| b" in text
    assert "**Extrapolated by it, not measured**: 160 s for 100, 16,000 s for 1000 revisions." in text
    assert "before it came to these histories: rich, 1000 revisions." in text
    assert "- kept: simple, 100 revisions: migcheck verify is 2.00 times the bare walk (at most 4)" in text
    assert page.render(RESULTS, "benchmarks.svg") == text


def test_the_page_without_anything_measured() -> None:
    text = page.render(Results((), ()), "x.svg")
    assert "Simple histories" not in text and "Not measured" not in text


def test_the_table_in_the_terminal() -> None:
    text = table.text(RESULTS.series[4])
    assert "did not get through: DataError" in text and "28.00s" in text


def test_verdicts_are_drawn_at_the_stated_ratios() -> None:
    def judged(mine: float, rows: float, revisions: int = 200) -> list[bool]:
        of = (
            measured(contenders.WALK, 1.0, 1.0, 9.0),
            measured(contenders.COMMANDS, 20.0),
            measured(contenders.VERIFY, mine),
            measured(contenders.WITH_ROWS, rows),
        )
        return [kept for kept, _ in table.verdicts([series(revisions, *of)])]

    assert judged(4.1, 10.3) == [False, False, False]
    assert judged(4.0, 10.0) == [True, True, True]
    assert judged(4.1, 10.3, revisions=25) == []
    assert table.verdicts(RESULTS.series[4:]) == []


def test_what_ran_once_is_compared_with_the_same_round() -> None:
    busy = series(200, measured(contenders.WALK, 3.0, 1.0, 1.0), measured(contenders.VERIFY, 9.0))
    assert busy.ratio(contenders.VERIFY.name, contenders.WALK.name) == 3.0
    assert busy.ratio(contenders.VERIFY.name, contenders.COMMANDS.name) is None
    assert plot.points([busy], contenders.WALK.name) == [(200, 3.0)]


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    heights = [0.5, 0.51, 0.9, 0.49, 0.1]
    moved = plot.apart(heights, 0.05)
    assert (moved[2], moved[4]) == pytest.approx((0.9, 0.1))
    assert sorted(range(5), key=lambda i: moved[i]) == sorted(range(5), key=lambda i: heights[i])
    assert all(b - a >= 0.05 - 1e-9 for a, b in pairwise(sorted(moved)))
    assert sum(moved) == pytest.approx(sum(heights))


def test_the_plot_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with `make bench`")
    for name in ("a.svg", "b.svg"):
        plot.draw(RESULTS, tmp_path / name)
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    assert "migcheck verify, one job" not in text
    for label in ("bare walk (the limit)", "pytest-mrt", "(dotted: extrapolated)", "1,000"):
        assert label in text
