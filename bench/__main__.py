"""`python -m bench`: measure all contenders on one server in one run and print their ratios."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench import histories
from bench.contenders import (
    CONTENDERS,
    SAMPLED,
    Contender,
    Field,
    bare_walk,
    command_per_step,
    verify,
    verify_with_rows,
)
from migcheck.providers import provider_for

# What `migcheck verify` may cost: without rows at most so many bare walks, and at most this part of a command
# per step; with rows at most so many times what it costs without.
MOST_BARE_WALKS = 4.0
MOST_COMMANDS = 1 / 5
MOST_WITH_ROWS = 2.5


def _arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--revisions", type=int, default=200, help="length of the history (default 200)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each, of which the median counts")
    parser.add_argument("--database", default="embedded", help="the server: embedded, local, local:BINDIR")
    parser.add_argument(
        "--sample-commands", action="store_true", help="extrapolate the command per step from 60 steps"
    )
    parser.add_argument("--only", help="contenders whose name contains this text")
    parser.add_argument("--check", action="store_true", help="exit with 1 when verify costs more than it may")
    return parser.parse_args(arguments)


def _contenders(options: argparse.Namespace) -> list[Contender]:
    chosen = [SAMPLED if c.run is command_per_step and options.sample_commands else c for c in CONTENDERS]
    return [c for c in chosen if not options.only or options.only in c.name]


def _measure(field: Field, contenders: Sequence[Contender], repeat: int) -> dict[str, list[float]]:
    """Seconds of each run by contender. Rounds are interleaved, so a busy minute hits all alike."""
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for turn in range(repeat):
        for contender in contenders:
            if turn and contender.once:
                continue
            print(f"\r{turn + 1}/{repeat} {contender.name:<40}", end="", file=sys.stderr, flush=True)
            seconds[contender.name].append(contender.run(field))
    print("\r" + " " * 50 + "\r", end="", file=sys.stderr)
    return seconds


def _header(field: Field, server: str) -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("migcheck", "alembic", "SQLAlchemy", "psycopg")
    )
    return "\n".join(
        (
            f"{field.revisions} revisions of simple DDL, linear; wall time of whole processes",
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {server}",
            f"Python {platform.python_version()}, {packages}; load {os.getloadavg()[0]:.1f}",
        )
    )


def _table(contenders: Sequence[Contender], seconds: dict[str, list[float]]) -> str:
    limit = next((statistics.median(seconds[c.name]) for c in contenders if c.run is bare_walk), None)
    lines = [f"{'':<28}{'median':>9}{'min':>9}{'max':>9}{'runs':>6}{'x bare walk':>13}"]
    for contender in contenders:
        runs = seconds[contender.name]
        median = statistics.median(runs)
        ratio = f"{median / limit:.2f}" if limit else "-"
        figures = f"{median:>8.2f}s{min(runs):>8.2f}s{max(runs):>8.2f}s{len(runs):>6}{ratio:>13}"
        lines.append(f"{contender.name:<28}{figures}  {contender.note}".rstrip())
    return "\n".join(lines)


def _verdicts(contenders: Sequence[Contender], seconds: dict[str, list[float]]) -> list[tuple[bool, str]]:
    """What verify may cost, and whether it keeps to it; nothing where one side was not measured."""
    medians = {c.run: statistics.median(seconds[c.name]) for c in contenders}
    commands = medians.get(command_per_step) or medians.get(SAMPLED.run)
    mine, bare = medians.get(verify), medians.get(bare_walk)
    verdicts = []
    if mine and bare:
        kept = mine <= MOST_BARE_WALKS * bare
        verdicts.append((kept, f"{mine / bare:.2f} times the bare walk (at most {MOST_BARE_WALKS:g})"))
    if mine and commands:
        kept = mine <= MOST_COMMANDS * commands
        verdicts.append(
            (kept, f"{commands / mine:.1f} times faster than commands (at least {1 / MOST_COMMANDS:g})")
        )
    with_rows = medians.get(verify_with_rows)
    if mine and with_rows:
        kept = with_rows <= MOST_WITH_ROWS * mine
        ratio = f"{with_rows / mine:.2f} times as long with rows (at most {MOST_WITH_ROWS:g})"
        verdicts.append((kept, ratio))
    return verdicts


def main() -> int:
    """Measure and print; 1 with --check when verify costs more than it may, else 0."""
    options = _arguments()
    contenders = _contenders(options)
    with tempfile.TemporaryDirectory(prefix="migcheck-bench-") as folder:
        histories.write(Path(folder), options.revisions)
        with provider_for(options.database).start() as server:
            field = Field(Path(folder), options.revisions, server)
            print(_header(field, f"PostgreSQL {server.version} ({server.provider})"), end="\n\n")
            seconds = _measure(field, contenders, options.repeat)
    print(_table(contenders, seconds), end="\n\n")
    verdicts = _verdicts(contenders, seconds)
    for kept, text in verdicts:
        print(f"{'kept  ' if kept else 'BROKEN'}  migcheck verify: {text}")
    return int(options.check and not all(kept for kept, _ in verdicts))


if __name__ == "__main__":
    sys.exit(main())
