"""`python -m bench`: measure all contenders on one server in one run and print their ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench import about, contenders, histories, page, plot, projects, results, table
from bench.field import Contender, Field, Project
from bench.measure import measure
from bench.plan import MRT_SIZES, Planned, planned
from migcheck.providers import provider_for
from tests.integration.real.install import NotInstalled


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
    add("--only", type=_words, help="contenders whose name contains one of these texts")
    add("--check", action="store_true", help="exit with 1 when verify costs more than it may")
    add("--save", type=Path, metavar="JSON", help="keep what was measured in a file")
    add("--add", action="store_true", help="keep in that file what it has of other histories")
    add("--from", type=Path, dest="saved", metavar="JSON", help="measure nothing: take what --save has kept")
    add("--write", type=Path, metavar="PAGE", help="write a page about it, and its plot beside it")
    options = parser.parse_args(arguments)
    if options.add and not options.save:
        parser.error("--add needs the file of --save")
    unknown = {*(options.kinds or ())} - {*histories.KINDS} | {*(options.real or ())} - {*projects.REAL}
    if unknown:
        parser.error(f"no such history: {', '.join(sorted(unknown))}")
    return options


def _contenders(plan: Planned, project: Project, options: argparse.Namespace) -> list[Contender]:
    only = (plan.only,) if plan.only else options.only
    return contenders.contenders(project, only, options.all_commands, options.mrt)


def _series(
    plans: Sequence[Planned], options: argparse.Namespace
) -> Iterator[tuple[results.Results, results.Series | None]]:
    """What has been measured so far, after each history."""
    begun = time.monotonic()
    done: list[results.Series] = []
    missing: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="migcheck-bench-") as folder,
        provider_for(options.database).start() as server,
    ):
        machine = about.about(f"PostgreSQL {server.version} ({server.provider})")
        run = about.run()
        for number, plan in enumerate(plans):
            left = tuple(later.name for later in plans[number:])
            if options.minutes and time.monotonic() - begun > options.minutes * 60:
                yield results.Results(machine, tuple(done), (*missing, *left)), None
                return
            try:
                project = plan.make(Path(folder) / str(number))
            except NotInstalled as error:
                print(f"{plan.name}: {error}", file=sys.stderr)
                missing.append(f"{plan.name} (its package could not be had)")
                continue
            chosen = _contenders(plan, project, options)
            done.append(replace(measure(Field(project, server), chosen, options.repeat), run=run))
            yield results.Results(machine, tuple(done), (*missing, *left[1:])), done[-1]


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
    if options.check and not verdicts:
        print("nothing to check: no simple history of 100 revisions or more was measured")
    return int(options.check and not (verdicts and all(kept for kept, _ in verdicts)))


if __name__ == "__main__":
    sys.exit(main())
