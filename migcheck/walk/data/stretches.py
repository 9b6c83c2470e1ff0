"""The walk with rows in stretches, side by side where that many jobs may run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from itertools import pairwise

from migcheck.model.data import DataEvidence
from migcheck.walk.data.gather import DataWalks
from migcheck.walk.data.settling import settled, validated_in
from migcheck.walk.disposable import Disposable
from migcheck.walk.laboratory import Stoppable
from migcheck.walk.processes import WorkerDied

_LENGTH = 100  # revisions, about: making a database and filling it anew costs as much as walking a few


def positions(start: int, end: int, companies: list[tuple[int, int]]) -> list[int]:
    """Where the stretches of a walk from `start` to `end` begin, and where the last one ends; none begins
    within one of `companies`, half-open ranges. They do not depend on how many jobs there are: so what is
    found does not, either."""
    number = max(1, round((end - start) / _LENGTH))
    cuts = {start + (end - start) * n // number for n in range(number)}
    inside = {cut for cut in cuts if any(first < cut < last for first, last in companies)}
    return [*sorted(cuts - inside), end]


class Stretches:
    """Walks the revisions of `databases.order` with rows, from position `start`; `walk_of` makes that of
    a stretch.

    `filled` are the columns, as (table, column), that the user's factories could fill, `left_out` what was
    not proved, as (check, revision, reason), `notes` what else the report should say.
    """

    def __init__(
        self,
        laboratory: Stoppable,
        databases: Disposable,
        start: int,
        walk_of: Callable[[tuple[int, int]], DataWalks],
    ) -> None:
        self.laboratory, self.databases = laboratory, databases
        self.filled: frozenset[tuple[str, str]] = frozenset()
        self.left_out: list[tuple[str, str | None, str]] = []
        self.notes: list[str] = []
        self._start, self._walk_of = start, walk_of

    def run(self) -> DataEvidence:
        """Walk them all. Raises what the first that went wrong has ended with."""
        end = len(self.databases.order)
        cuts = [self._start, end]
        if self.databases.copies:  # else each would begin with all upgrades before it
            cuts = positions(self._start, end, self.databases.companies)
        with ThreadPoolExecutor(self.laboratory.jobs, thread_name_prefix="migcheck-stretch") as threads:
            running = [threads.submit(self._walk, stretch) for stretch in pairwise(cuts)]
        if self.laboratory.failure is not None:
            raise self.laboratory.failure
        walks = [each.result() for each in running]
        last = next((each.last for each in reversed(walks) if each.last is not None), None)
        validated = validated_in(last.tables) if last is not None else frozenset()
        for each in walks:
            self.filled |= each.filled
            self.left_out += each.left_out
        return DataEvidence(
            tuple(settled(seen, validated) for each in walks for seen in each.revisions), validated
        )

    def _walk(self, stretch: tuple[int, int]) -> DataWalks:
        if self.laboratory.stopped:  # no database is worth making any more
            raise CancelledError
        try:
            return self._walked(stretch)
        except WorkerDied as died:
            if self.laboratory.stopped:
                raise
            self.notes.append(f"{died.message}; the walk with rows was done again")
        try:
            return self._walked(stretch)
        except WorkerDied as died:
            self.laboratory.stop(died)
            raise

    def _walked(self, stretch: tuple[int, int]) -> DataWalks:
        walks = self._walk_of(stretch)
        walks.run()
        return walks
