"""The passes over the whole history, after the walk: at heads, all the way down, and in one shot."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

from migcheck.model import Difference, Idempotence, OneShot, RevisionEvidence, Snapshot, WayDown
from migcheck.walk import plan
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import AtHeads, Delta, Descend, Look, SeenAtHeads, Shoot
from migcheck.walk.laboratory import Hang, Laboratory, Stoppable

PASSES = ("MC206", "MC207", "MC208", "MC401")
"""The checks that judge them."""


class Passes:
    """Runs the passes on what the walk left: `evidence` of each revision, and `back`, what leads back from
    the state after it to the one before. `skipped` collects checks that cannot be made, with the reason."""

    def __init__(
        self,
        laboratory: Laboratory,
        databases: Disposable,
        look: Look,
        targets: tuple[str, ...],
        evidence: Mapping[str, RevisionEvidence],
        back: Mapping[str, Delta],
    ) -> None:
        self.laboratory = laboratory
        self.databases = databases
        self.look = look
        self.targets = targets
        self.evidence = evidence
        self.back = back
        self.skipped: list[tuple[str, str | None, str]] = []

    def run(
        self, database: str, top: Snapshot, start: int, beginning: int, why: str | None
    ) -> tuple[SeenAtHeads | None, OneShot | None, list[WayDown]]:
        """What is proved of the whole history; `why` it cannot be, when it was not walked to its heads.

        `start` is where the walk began, `beginning` where that begins which shards verify together.
        """
        if why is not None:
            self.skipped += [(code, None, why) for code in PASSES if code != "MC207"]
            return None, None, self._ways_down(database, top, start)
        if not self.databases.copies:
            # No copy to be had, or one with the same roles: the way down begins where env.py has ended.
            at_heads = self._seen_at_heads(self.laboratory.start(self._at_heads(database)).land())
            ways_down = self._ways_down(database, top, start)
            if self.databases.server_wide:
                self.databases.clear()
            shot = self.laboratory.start(self._shoot(top, beginning)).land()
        else:
            # The longest of them has a processor of its own, where there are two.
            jobs = self._shoot(top, beginning), self._at_heads(self.databases.clone(database))
            beside = Stoppable(self.laboratory)
            workers = min(max(self.laboratory.jobs - 1, 1), len(jobs))
            with ThreadPoolExecutor(workers, thread_name_prefix="migcheck-passes") as threads:
                try:
                    futures = [threads.submit(beside.land, job) for job in jobs]
                    if self.laboratory.jobs == 1:
                        wait(futures)
                    ways_down = self._ways_down(database, top, start)
                    shot, seen = (future.result() for future in futures)
                except BaseException:
                    beside.stop()
                    raise
            at_heads = self._seen_at_heads(seen)
        return at_heads, self._one_shot(shot, at_heads.around), ways_down

    def _shoot(self, top: Snapshot, beginning: int) -> Shoot:
        """All that is verified, in one run: of a part, from where a deploy of it would begin."""
        database = self.databases.at(beginning) if beginning else self.databases.fresh()
        return Shoot(self.databases.place(database), self.look, self.targets, top)

    def _one_shot(self, result: OneShot | Hang, around: tuple[Difference, ...]) -> OneShot:
        if isinstance(result, Hang):
            return OneShot(None, result.revision, result.error)
        # What env.py itself does comes once in one go, and not at all in a walk.
        found = result.differences and tuple(d for d in result.differences if d not in around)
        return replace(result, differences=found)

    def _at_heads(self, database: str) -> AtHeads:
        return AtHeads(self.databases.place(database), self.look, self.targets)

    def _seen_at_heads(self, result: SeenAtHeads | Hang) -> SeenAtHeads:
        if isinstance(result, Hang):
            reason = "`upgrade heads` did not end on the database at heads"
            return SeenAtHeads(Idempotence((), (), result.error), None, reason)
        if result.no_drift is not None:
            self.skipped.append(("MC401", None, result.no_drift))
        return result

    def _ways_down(self, database: str, top: Snapshot, start: int) -> list[WayDown]:
        clean = {revision for revision in self.databases.order if _can_be_undone(self.evidence.get(revision))}
        found: list[WayDown] = []
        segments = plan.segments(self.databases.order, clean, start)
        if self.databases.copies:
            segments.reverse()  # so that each state is reached from the one before; else the top is to hand
        for first, end in segments:
            whole = end == len(self.databases.order)
            place = self.databases.place(database if whole else self.databases.at(end))
            revisions = tuple(reversed(self.databases.order[first:end]))
            seen = ((revision, plan.foreseen(self.evidence[revision])) for revision in revisions)
            job = Descend(
                *(place, self.look, revisions, top if whole else None),
                {revision: self.back[revision] for revision in revisions},
                {revision: statements for revision, statements in seen if statements},
            )
            result = self._way_down(job)
            if job.foreseen and any(level.differences for level in result.levels):
                # They may have come at a level at which nobody looked.
                place = self.databases.place(self.databases.at(end))
                again = self._way_down(replace(job, place=place, top=None, foreseen={}))
                result = again if any(level.differences for level in again.levels) else result
            found.append(result)
        if not found:
            self.skipped.append(("MC207", None, "no two revisions on end can be undone"))
        return found

    def _way_down(self, job: Descend) -> WayDown:
        result = self.laboratory.start(job).land()
        self.databases.drop(job.place.database)
        if isinstance(result, Hang):
            return WayDown(job.revisions[0], (), result.revision, result.error)
        assert isinstance(result, WayDown)
        return result


def _can_be_undone(seen: RevisionEvidence | None) -> bool:
    """Whether a way down can pass through the revision: it has one, and it was found to be in order."""
    if seen is None or seen.irreversible is not None or seen.skipped is not None or seen.reapplied is None:
        return False
    steps = (seen.upgrade, seen.downgrade, seen.reupgrade)
    errors = any(step is None or step.error is not None for step in steps)
    return not errors and not plan.semantic((seen.reverted or ()) + seen.reapplied)
