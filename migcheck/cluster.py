"""The shards of a run on a Dask cluster: each is a task, on a worker that starts a server of its own for it.

The tasks and what comes back are plain data. A worker that is lost takes its server along (the keeper sees to
that), and Dask gives its shards to another one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.model import Report
from migcheck.progress import Progress

if TYPE_CHECKING:
    from distributed import Client

SCHEME = "dask://"

_PATIENCE = 5.0  # seconds for a scheduler to answer
_TRIES = 3  # a shard whose workers are lost so often is given up: it may be what kills them

Shard = Callable[[int, int], "Report | MigcheckError"]
"""Verifies the shard of these numbers, I of N. The error is given back, not raised: what is raised is an
accident to Dask, which would log it with all its frames, and then try again."""


def on_cluster(executor: str, shard: Shard, wanted: int | None, progress: Progress) -> list[Report]:
    """The reports of all shards, in order: as many as `wanted`, or as the workers have threads.

    `executor` is dask://HOST:PORT of the scheduler, `shard` can be pickled. Raises what went wrong in one,
    UsageError without Dask, ProviderError where nobody answers or all workers are lost.
    """
    with _connected(executor) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ProviderError(
                f"the Dask scheduler at {executor} has no workers", "start one: `dask worker HOST:PORT`"
            )
        of = wanted or threads
        futures = [client.submit(shard, number, of, pure=False) for number in range(1, of + 1)]
        progress.note(f"{of} shards on {len(client.nthreads())} workers")
        try:
            results = _gathered(futures, progress)
        finally:
            client.cancel(futures)
    for result in results:
        if isinstance(result, MigcheckError):
            raise result
    return results


def _gathered(futures: list[Any], progress: Progress) -> list[Any]:
    from distributed import KilledWorker, as_completed
    from distributed.client import FutureCancelledError

    try:
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            progress.note(f"{done} of {len(futures)} shards are done")
        return [future.result() for future in futures]
    except KilledWorker as error:
        raise ProviderError(
            f"a shard was given up: {_TRIES} workers that had begun it are gone",
            "look at the workers' output: was memory short, or does a migration end its process?",
        ) from error
    except (FutureCancelledError, OSError) as error:
        raise ProviderError(
            f"the connection to the Dask scheduler was lost: {error}", "look at the scheduler's output"
        ) from error


@contextmanager
def _connected(executor: str) -> Iterator[Client]:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            f"--executor {executor} needs Dask, which is not installed here",
            "pip install 'migcheck[dask]', here and on the workers",
        ) from error
    # What Dask says of lost connections is said in our own words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    place = f"tcp://{executor.removeprefix(SCHEME)}"
    settings = {
        "distributed.comm.timeouts.connect": f"{_PATIENCE}s",
        "distributed.scheduler.allowed-failures": _TRIES,
    }
    with dask.config.set(settings):
        try:
            client = Client(place, timeout=_PATIENCE, name="migcheck")
        except (OSError, ValueError) as error:
            raise ProviderError(
                f"no Dask scheduler answers at {executor}", "is it running there? `dask scheduler` starts one"
            ) from error
        with client:
            yield client
