"""`python -m bench`: measure all contenders on one server in one run and print their ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import about, contenders, page, plot, projects, results, table
from bench.field import Contender, Field, Project
from bench.measure import measure
from migcheck.providers import provider_for
from tests.integration.real.install import NotInstalled

USUAL = ("simple:25", "simple:100", "simple:200", "rich:100")
FULL_SIZES, KINDS = (25, 100, 200, 500, 1000), ("simple", "rich")
# Lengths on which pytest-mrt is measured in any case; on longer ones it takes minutes, and soon hours.
MRT_SIZES = (25, 50)
RICH_COSTS = 12  # times as much as a simple history, roughly


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in text.split(",")}))


def _words(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add("--sizes", type=_numbers, help="lengths of generated histories, such as 25,100")
    add("--kinds", type=_words, help="kinds of generated histories: simple,rich")
    add("--real", type=_words, help="published histories: " + ",".join(projects.REAL))
    add("--full", action="store_true", help="all sizes up to 1000, both kinds, three published histories")
    add("--repeat", type=int, default=5, help="runs of each, of which the median counts; once for minutes")
    add("--minutes", type=float, help="begin no other history after so many minutes")
    add("--database", default="embedded", help="the server: embedded, local, local:BINDIR")
    add("--all-commands", action="store_true", help="an alembic command for every step, not for a sample")
    add("--mrt", type=int, default=max(MRT_SIZES), help="longest history for pytest-mrt (default 50)")
    add("--only", default="", help="contenders whose name contains this text")
    add("--check", action="store_true", help="exit with 1 when verify costs more than it may")
    add("--save", type=Path, metavar="JSON", help="keep what was measured in a file")
    add("--add", action="store_true", help="keep in that file what it has of other histories")
    add("--from", type=Path, dest="saved", metavar="JSON", help="measure nothing: take what --save has kept")
    add("--write", type=Path, metavar="PAGE", help="write a page about it, and its plot beside it")
    options = parser.parse_args(arguments)
    if options.add and not options.save:
        parser.error("--add needs the file of --save")
    return options


@dataclass(frozen=True)
class Planned:
    """A history to measure on: `name` in messages; `make` creates it in a new folder."""

    name: str
    make: Callable[[Path], Project]
    only: str = ""
    cost: int = 0


def _generated(kind: str, size: int, only: str = "") -> Planned:
    cost = size * (RICH_COSTS if kind == "rich" else 1)
    return Planned(
        f"{kind}, {size} revisions", lambda folder: projects.generated(folder, kind, size), only, cost
    )


def _published(name: str) -> Planned:
    return Planned(name, lambda folder: projects.published(folder, name), cost=projects.REAL.get(name, 0))


def planned(options: argparse.Namespace) -> list[Planned]:
    """The histories that were asked for: simple ones first, which are comparable with each other, cheap ones
    before others.
    """
    if options.full:
        pairs = [(kind, size) for kind in options.kinds or KINDS for size in options.sizes or FULL_SIZES]
    elif options.sizes or options.kinds:
        pairs = [(kind, size) for kind in options.kinds or KINDS for size in options.sizes or FULL_SIZES[:3]]
    else:
        pairs = [] if options.real else [(kind, int(size)) for kind, size in (p.split(":") for p in USUAL)]
    real = options.real or (tuple(projects.REAL) if options.full else ())
    plans = [_generated(kind, size) for kind, size in pairs] + [_published(name) for name in real]
    # Its curve needs points of its own; an earlier run, to which this one adds, has had them.
    mrt = contenders.PYTEST_MRT.name
    lacking = [size for size in MRT_SIZES if ("simple", size) not in pairs] if pairs else []
    if options.only in mrt and not options.add:
        plans += [_generated("simple", size, mrt) for size in lacking if size <= options.mrt]
    return sorted(plans, key=lambda plan: (not plan.name.startswith("simple"), plan.cost))


def _contenders(plan: Planned, project: Project, options: argparse.Namespace) -> list[Contender]:
    only = plan.only or options.only
    return contenders.contenders(project, only, options.all_commands, options.mrt)


def _series(
    plans: Sequence[Planned], options: argparse.Namespace
) -> Iterator[tuple[results.Results, results.Series | None]]:
    """What has been measured so far, after each history."""
    begun = time.monotonic()
    done: list[results.Series] = []
    with (
        tempfile.TemporaryDirectory(prefix="migcheck-bench-") as folder,
        provider_for(options.database).start() as server,
    ):
        machine = about.about(f"PostgreSQL {server.version} ({server.provider})")
        run = about.run()
        for number, plan in enumerate(plans):
            left = tuple(later.name for later in plans[number:])
            if options.minutes and time.monotonic() - begun > options.minutes * 60:
                yield results.Results(machine, tuple(done), left), None
                return
            try:
                project = plan.make(Path(folder) / str(number))
            except NotInstalled as error:
                print(f"{plan.name}: {error}", file=sys.stderr)
                continue
            chosen = _contenders(plan, project, options)
            done.append(replace(measure(Field(project, server), chosen, options.repeat), run=run))
            yield results.Results(machine, tuple(done), left[1:]), done[-1]


def _measured(options: argparse.Namespace) -> results.Results:
    kept = results.load(options.save) if options.add and options.save.exists() else results.Results((), ())
    latest = kept
    for measured, series in _series(planned(options), options):
        latest = results.merged(kept, measured)
        if not measured.series[1:] and series:
            print("\n".join(f"{name}: {text}" for name, text in measured.about), end="\n\n")
        if series:
            print(table.text(series), end="\n\n", flush=True)
        if options.save:
            results.save(latest, options.save)
    return latest


def main() -> int:
    """Measure and print; 1 with --check when verify costs more than it may, else 0."""
    options = _arguments()
    measured = results.load(options.saved) if options.saved else _measured(options)
    for name in measured.left:
        print(f"not measured: {name}")
    verdicts = table.verdicts(measured.series)
    for kept, text in verdicts:
        print(f"{'kept  ' if kept else 'BROKEN'}  {text}")
    if options.write:
        picture = options.write.with_suffix(".svg")
        plot.draw(measured, picture)
        options.write.write_text(page.render(measured, picture.name), encoding="utf-8")
    return int(options.check and not all(kept for kept, _ in verdicts))


if __name__ == "__main__":
    sys.exit(main())
