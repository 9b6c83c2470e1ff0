"""`python -m bench.profile`: where the time of a walk goes, function by function: `make profile`.

A walk without rows is run in this process, under cProfile; what the server does meanwhile shows as time in
psycopg's waiting.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import histories
from migcheck.dialects.postgresql import databases
from migcheck.model import ProjectSpec, ServerAddress
from migcheck.providers import provider_for
from migcheck.walk import plan
from migcheck.walk.jobs import Look, Place, Probe, Probed, Walk, Walked
from migcheck.walk.run import run_job


def _arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("--revisions", type=int, default=200, help="length of the history (default 200)")
    parser.add_argument("--sort", default="cumulative", help="as for pstats: cumulative, tottime, ncalls")
    parser.add_argument("--lines", type=int, default=45, help="functions to show (default 45)")
    return parser.parse_args(arguments)


def _walk(folder: Path, revisions: int, address: ServerAddress, run: str) -> cProfile.Profile:
    ini = histories.configure(folder, "verify", histories.NEVER_OPENED)
    name = databases.new_name(run)
    databases.create(address, name)
    databases.mark(address, name, "bench")
    place = Place(ProjectSpec(str(ini)), address, name, "bench")
    probed = run_job(Probe(place), lambda event: None)
    assert isinstance(probed, Probed)
    job = Walk(place, Look(probed.version_tables), plan.tasks(probed.order))
    profile = cProfile.Profile()
    walked = profile.runcall(run_job, job, lambda event: None)
    if not isinstance(walked, Walked) or walked.suspect is not None or len(probed.order) != revisions:
        raise RuntimeError("the history was not walked to its end")
    return profile


def main() -> None:
    """Walk, and print the functions that took longest."""
    options = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="migcheck-bench-") as folder,
        provider_for("embedded").start() as server,
    ):
        histories.write(Path(folder), options.revisions)
        profile = _walk(Path(folder), options.revisions, server.address, server.run)
    pstats.Stats(profile).sort_stats(options.sort).print_stats(options.lines)


if __name__ == "__main__":
    main()
