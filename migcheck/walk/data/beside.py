"""The walk with rows beside other work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from migcheck.model.data import DataEvidence
from migcheck.walk.disposable import Disposable
from migcheck.walk.laboratory import Stoppable


@contextmanager
def beside(
    run: Callable[[], DataEvidence | None], stoppable: Stoppable, databases: Disposable
) -> Iterator[Future[DataEvidence | None]]:
    """Call `run`, which works through `stoppable`, beside the body where states can be copied and jobs
    may run side by side, else after it.

    The result is there after the body. Raises what `run` raises; when the body raises, it is ended.
    """
    at_once = databases.copies and stoppable.jobs > 1
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="migcheck-rows") as thread:
        try:
            future: Future[DataEvidence | None] = thread.submit(run) if at_once else Future()
            yield future
            if not at_once:
                if databases.server_wide:
                    databases.clear()
                future.set_result(run())
            future.result()
        except BaseException:
            stoppable.stop()
            raise
