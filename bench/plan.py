"""On which histories a run measures, and in which order."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import contenders, histories, projects
from bench.field import Project

USUAL = ("simple:25", "simple:100", "simple:200", "rich:100")
FULL_SIZES = (25, 100, 200, 500, 1000)
# Lengths on which pytest-mrt is measured in any case; on longer ones it takes minutes, and soon hours.
MRT_SIZES = (25, 50)
RICH_COSTS = 12  # times as much as a simple history, roughly


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
    """The histories that the flags `options` ask for: simple ones first, as these are compared with each
    other, and cheap ones before others.
    """
    if options.full or options.sizes or options.kinds:
        sizes = options.sizes or (FULL_SIZES if options.full else FULL_SIZES[:3])
        pairs = [(kind, size) for kind in options.kinds or histories.KINDS for size in sizes]
    else:
        pairs = [] if options.real else [(kind, int(size)) for kind, size in (p.split(":") for p in USUAL)]
    real = options.real or (tuple(projects.REAL) if options.full else ())
    plans = [_generated(kind, size) for kind, size in pairs] + [_published(name) for name in real]
    # Its curve needs points of its own; an earlier run, to which this one adds, has had them.
    mrt = contenders.PYTEST_MRT.name
    lacking = [size for size in MRT_SIZES if ("simple", size) not in pairs] if pairs else []
    if not options.add and (not options.only or any(text in mrt for text in options.only)):
        plans += [_generated("simple", size, mrt) for size in lacking if size <= options.mrt]
    return sorted(plans, key=lambda plan: (not plan.name.startswith("simple"), plan.cost))
