"""`python -m bench.databases SPEC...`: what `migcheck verify` costs on each of several databases, in one run.

SPEC is as for --database, with the dialect of the project's URL before it where that is not PostgreSQL:
`python -m bench.databases local:15 docker:postgres:15 mariadb=local`. Ratios are to the first.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import projects
from bench.contenders import verify_on


def _arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.databases", description=__doc__)
    parser.add_argument(
        "specs", nargs="+", metavar="SPEC", help="local:15, docker:postgres:15, mariadb=local"
    )
    parser.add_argument("--revisions", type=int, default=50, help="length of the history (default 50)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each, of which the median counts")
    return parser.parse_args(arguments)


def main() -> None:
    """Measure and print; rounds are interleaved, so a busy minute hits all alike."""
    options = _arguments()
    seconds: dict[str, list[float]] = {spec: [] for spec in options.specs}
    with tempfile.TemporaryDirectory(prefix="migcheck-bench-") as folder:
        project = projects.generated(Path(folder) / "simple", "simple", options.revisions)
        for turn in range(options.repeat):
            for spec in options.specs:
                print(f"\r{turn + 1}/{options.repeat} {spec:<40}", end="", file=sys.stderr, flush=True)
                dialect, equals, database = spec.rpartition("=")
                url = f"{dialect if equals else 'postgresql'}://nobody@192.0.2.1/never-opened"
                seconds[spec].append(verify_on(project, url, "--database", database))
    print("\r" + " " * 50 + "\r", end="", file=sys.stderr)
    print(
        f"{options.revisions} revisions of simple DDL, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    first = statistics.median(seconds[options.specs[0]])
    for spec, runs in seconds.items():
        median = statistics.median(runs)
        print(f"{spec:<32}{median:>8.2f}s{min(runs):>8.2f}s{max(runs):>8.2f}s{median / first:>8.2f} x")


if __name__ == "__main__":
    main()
