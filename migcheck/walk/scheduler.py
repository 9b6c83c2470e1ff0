"""Which walks run, on which databases, and side by side with which, until every revision has been walked.

A revision that looks at fault is a suspect: it is tried again, each phase in a fresh process, on a
fresh database standing at `before`; what that shows is the evidence. Behind it, the walk goes on, on a
database that only upgrades have built, so no fault causes or hides another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from migcheck.model import History, RevisionEvidence, Snapshot, Step
from migcheck.progress import Progress
from migcheck.walk import plan
from migcheck.walk.ahead import Ahead, cuts
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import Delta, Look, Walk, Walked
from migcheck.walk.laboratory import STEP_TIMEOUT, Hang, Laboratory
from migcheck.walk.processes import WorkerDied


class Scheduler:
    """Walks the revisions of `databases.order`, from which it takes those that cannot be applied.

    `evidence` is what was seen of each revision, `back` what leads from the state after it to the one before,
    `blocker` the first whose upgrade fails, `notes` what else the report should say.
    """

    def __init__(
        self,
        laboratory: Laboratory,
        databases: Disposable,
        look: Look,
        history: History,
        progress: Progress,
    ) -> None:
        self.evidence: dict[str, RevisionEvidence] = {}
        self.back: dict[str, Delta] = {}
        self.blocker: str | None = None
        self.notes: list[str] = []
        self._laboratory, self._databases, self._look = laboratory, databases, look
        self._history, self._progress = history, progress
        self._order = databases.order  # what is taken from it is taken for all
        self._ahead: list[Ahead] = []

    def walk(self, start: int, database: str) -> tuple[str, Snapshot]:
        """Walk from position `start` to the end; the database at the end, and its snapshot."""
        position = start
        self._begin_ahead(start)
        try:
            while True:
                database, walked = self._stretch(position, database)
                if isinstance(walked, Walked) and walked.suspect is None:
                    if not self._ahead:
                        return database, walked.now
                    self._databases.drop(database)
                    position = self._ahead[0].position
                    continue
                self._databases.drop(database)
                position = self._round(walked)
                if not self._ahead or position != self._ahead[0].position:
                    database = self._databases.at(position)
        finally:
            self._give_up_ahead()

    def _begin_ahead(self, start: int) -> None:
        """Walk later parts beside the first, unless all states must be made one after the other."""
        if self._databases.server_wide or self._look.single:
            return
        positions = [
            *cuts(start, len(self._order), self._laboratory.jobs),
            len(self._order),
        ]
        for position, end in pairwise(positions):
            revisions, earlier = self._order[position:end], self._ahead[-1] if self._ahead else None
            self._ahead.append(
                Ahead(self._laboratory, self._databases, self._look, revisions, position, earlier)
            )

    def _stretch(self, position: int, database: str) -> tuple[str, Walked | Hang]:
        """Walk from `position` on: to the end, to where the walk ahead began, or to a suspect.

        Where the process dies that walks, it is done again, once.
        """
        begun = bool(self._ahead) and position == self._ahead[0].position
        ahead = self._ahead.pop(0) if begun else None
        try:
            if ahead is None:
                return database, self._walk_on(position, database)
            landed = ahead.land()
            if landed is not None:
                self.back.update(ahead.back)
                self._keep(ahead.parts)
                self._tell(part.revision for part in ahead.parts)
                return ahead.database, landed
        except WorkerDied as died:
            self.notes.append(f"{died.message}; what it was to do was done again")
            self._databases.drop(database if ahead is None else ahead.database)
        database = self._databases.at(position)
        return database, self._walk_on(position, database)

    def _walk_on(self, position: int, database: str) -> Walked | Hang:
        end = self._ahead[0].position if self._ahead else len(self._order)
        job = Walk(self._databases.place(database), self._look, plan.tasks(self._order[position:end]))
        parts, walked = self._laboratory.walk(job, self.back, self._progress.walked)
        self._keep(parts)
        return walked

    def _round(self, walked: Walked | Hang) -> int:
        """Find out about the suspect at which a walk broke off; the position from which it goes on."""
        if isinstance(walked, Walked):
            self._keep(walked.revisions)
        if isinstance(walked, Hang):
            suspect, first, hang = walked.revision, None, walked
        else:
            suspect, first, hang = str(walked.suspect), walked.revisions[-1], None
        if self._databases.server_wide:
            self._give_up_ahead()
        position, before = self._order.index(suspect), list(self._order)
        seen = self._confirm(suspect, position, hang)
        if first is not None:
            seen = replace(seen, module_state=plan.module_state(first, seen))
        position = self._beyond(position, seen)
        if self._ahead and (position > self._ahead[0].position or before != self._order):
            self._give_up_ahead()
        return position

    def _give_up_ahead(self) -> None:
        """Their revisions stand on something else than was thought, or their databases are in the way."""
        for ahead in self._ahead:
            ahead.stop()
        while self._ahead:
            self._ahead.pop().wait()

    def _keep(self, parts: Sequence[RevisionEvidence]) -> None:
        self.evidence.update((part.revision, part) for part in parts)
        self._databases.leaking.update(each.revision for each in parts if each.upgrade and each.upgrade.leaks)
        moments = (moment for part in parts for moment in (part.applied, part.reverted, part.reapplied))
        shared = self._laboratory.dialect.shared_kinds
        if any(difference.object_type in shared for moment in moments for difference in moment or ()):
            self._databases.server_wide = True

    def _tell(self, revisions: Iterable[str]) -> None:
        """What is known of them is what will be judged."""
        for revision in revisions:
            self._progress.walked(self.evidence[revision])

    def _confirm(self, revision: str, position: int, hang: Hang | None) -> RevisionEvidence:
        """Try a suspect again, each phase in a fresh process, on a fresh database at `before`.

        A step that hung is not waited for twice.
        """
        self._progress.note(f"trying {revision} again in fresh processes")
        database = self._databases.at(position)
        place, seen = self._databases.place(database), RevisionEvidence(revision)
        before: Snapshot | None = None
        after: Snapshot | None = None
        for phase in plan.PHASES:
            if hang is not None and hang.phase == phase:
                seen = plan.with_step(seen, phase, Step(plan.direction(phase), 0.0, error=hang.error))
                break
            parts, walked = self._laboratory.walk(
                Walk(place, self._look, ((revision, phase),), before, after), self.back
            )
            if isinstance(walked, Hang):
                seen = plan.with_step(seen, phase, Step(plan.direction(phase), 0.0, error=walked.error))
                break
            for part in (*parts, *walked.revisions):
                seen = plan.merged(seen, part)
            before, after = walked.before, walked.after
            if seen.irreversible is not None or getattr(seen, phase).error is not None:
                break
        self._databases.drop(database)
        return seen

    def _beyond(self, position: int, seen: RevisionEvidence) -> int:
        """Keep what was seen of a suspect; the position from which the walk goes on."""
        revision = seen.revision
        self._keep([seen])
        if seen.upgrade is None or seen.upgrade.error is None:
            self._tell([revision])
            return position + 1
        company = None if seen.upgrade.error.type == STEP_TIMEOUT else self._company(position)
        if company is not None:
            self.evidence[revision] = replace(seen, works_in_company=True)
            self._databases.companies.append(company)
            for other in self._order[max(position + 1, company[0]) : company[1]]:
                self.evidence[other] = RevisionEvidence(
                    other,
                    skipped=f"it could be applied only in one run with {revision}, whose own upgrade fails",
                )
            self._tell(self._order[position : company[1]])
            return company[1]
        self._tell([revision])
        self.leave_out(revision)
        return position

    def leave_out(self, revision: str) -> None:
        """Go on without a revision whose upgrade fails, and without all that stands on it."""
        self.blocker = self.blocker or revision
        standing = plan.descendants(self._history, revision)
        for other in [other for other in self._order if other in standing]:
            self.evidence[other] = RevisionEvidence(
                other, skipped=f"it stands on {revision}, whose upgrade fails"
            )
            self._tell([other])
        self._order[:] = [other for other in self._order if other != revision and other not in standing]

    def _company(self, position: int) -> tuple[int, int] | None:
        """The smallest run of revisions that works in one run of env.py where this one alone fails."""
        for end in range(position + 2, min(position + 6, len(self._order)) + 1):
            if self._databases.moved(position, tuple(self._order[position:end])) is None:
                return position, end
        if position and self._databases.moved(0, tuple(self._order[: position + 1])) is None:
            return 0, position + 1
        return None
