"""The parent's side of the walk with rows.

One database follows the history, with rows in it. Before a revision that could do something to rows it is
copied, and what the revision makes of hostile rows is tried on copies of that copy, beside the walk.
A database that a revision has spoilt is thrown away; the walk goes on from the copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from migcheck.model import RevisionEvidence, Step
from migcheck.model.data import DataEvidence, RevisionData, Trial, Unseeded
from migcheck.model.tables import Check, Constraint, ForeignKey, TableName, Tables
from migcheck.progress import Progress
from migcheck.seeding.own import SeedingSpec
from migcheck.walk import plan
from migcheck.walk.data.culprits import Culprits
from migcheck.walk.data.experiments import Experiments, Findings
from migcheck.walk.data.interest import only_adds, phases
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import DataWalk, DataWalked, Look, Moment, Move, ReadTables
from migcheck.walk.laboratory import Hang, Laboratory

CHECKS = ("MC301", "MC302", "MC303", "MC304", "MC305", "MC306", "MC307", "MC308")
"""The checks that judge it."""


@dataclass(slots=True)
class _Standing:
    """The database that follows the history, and what is known of the rows in it."""

    database: str
    sown: Tables
    is_sown: bool = False  # the rows for the next revision are in already
    unseeded: tuple[Unseeded, ...] = ()


class DataWalks:
    """Walks the revisions of `databases.order` with rows; `evidence` is what the schema's walk has seen."""

    def __init__(
        self,
        laboratory: Laboratory,
        databases: Disposable,
        look: Look,
        seeding: SeedingSpec,
        evidence: Mapping[str, RevisionEvidence],
        progress: Progress,
    ) -> None:
        self.laboratory, self.databases, self.look = laboratory, databases, look
        self.seeding, self.evidence, self.progress = seeding, evidence, progress
        self.order = tuple(databases.order)
        self.found: dict[str, RevisionData] = {}
        self.experiments = Experiments(laboratory, databases, look, seeding)
        self._last: Moment | None = None
        self._standing = _Standing("", {})
        self._pending: list[tuple[str, Future[Findings]]] = []

    def run(self, start: int) -> DataEvidence:
        """Walk from position `start` to the end."""
        self.progress.note("the same with rows")
        self._stand_at(start)
        position = start
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="migcheck-trials") as self._beside:
            try:
                while position < len(self.order):
                    position = self._go_on(position)
                for revision, future in self._pending:
                    self._conclude(revision, future.result())
            except BaseException:
                self._beside.shutdown(cancel_futures=True)
                raise
        self.databases.drop(self._standing.database)
        validated = _validated(self._last.tables) if self._last is not None else frozenset()
        revisions = [self.found[revision] for revision in self.order if revision in self.found]
        return DataEvidence(tuple(_without_pending(seen, validated) for seen in revisions), validated)

    # -- along the history

    def _go_on(self, position: int) -> int:
        """Walk on from `position` as far as one job goes; the position reached."""
        companies = dict(self.databases.companies)
        if position in companies:
            return self._pass_company(position, companies[position])
        end = position
        while end < len(self.order) and end not in companies and only_adds(self.evidence[self.order[end]]):
            end += 1
        if end > position:
            walked = self._walk(self.order[position:end], end)
            if isinstance(walked, DataWalked) and walked.suspect is None:
                return end
            suspect = walked.revision if isinstance(walked, Hang) else str(walked.suspect)
            position = self.order.index(suspect)
            self._stand_at(position)
        self._one(position)
        return position + 1

    def _pass_company(self, start: int, end: int) -> int:
        """Step over revisions that work only together."""
        place = self.databases.place(self._standing.database)
        moved = self.laboratory.run(Move(place, self.order[start:end], together=True))
        for revision in self.order[start:end]:
            self.found[revision] = RevisionData(revision, skipped="it works only in one run with others")
        if moved.failed is not None:
            self._stand_at(end)
        self._standing.is_sown = False
        return end

    def _stand_at(self, position: int) -> None:
        """Begin anew on a database at `position`, in which there are no rows but the migrations' own."""
        if self._standing.database:
            self.databases.drop(self._standing.database)
        self._standing = _Standing(self.databases.at(position), {})

    def _walk(
        self,
        revisions: Sequence[str],
        end: int,
        *,
        only: Sequence[str] = plan.PHASES,
        remove: tuple[tuple[TableName, Constraint], ...] = (),
    ) -> DataWalked | Hang:
        """Walk some revisions on the standing database, and keep what was seen of them; when all is well the
        rows for the revision at position `end` are put in too."""
        standing = self._standing
        tasks = ((revision, phase) for revision in revisions for phase in phases(self.evidence[revision]))
        job = DataWalk(
            self.databases.place(standing.database),
            self.look,
            self.seeding,
            tuple((revision, phase) for revision, phase in tasks if phase in only),
            sow=not standing.is_sown,
            sow_next=self.order[end] if end < len(self.order) else None,
            sown=standing.sown,
            unseeded=standing.unseeded,
            remove=remove,
            last=end == len(self.order),
        )
        walked: DataWalked | Hang = self.laboratory.start(job).land()
        if isinstance(walked, Hang):
            step = Step(plan.direction(walked.phase), 0.0, error=walked.error)
            seen = self.found.get(walked.revision) or RevisionData(walked.revision)
            self.found[walked.revision] = replace(seen, **{walked.phase: step})
            return walked
        self.found.update((seen.revision, seen) for seen in walked.revisions)
        standing.sown, standing.unseeded = walked.sown, walked.unseeded
        standing.is_sown = job.sow_next is not None and walked.suspect is None
        self._last = walked.now or self._last
        return walked

    # -- one revision that could do something to rows

    def _one(self, position: int) -> None:
        revision = self.order[position]
        known = phases(self.evidence[revision])
        if not known:
            self.found[revision] = RevisionData(revision, skipped="it does not work without rows")
            self._stand_at(position + 1)
            return
        if not self._standing.is_sown:
            self._walk((), position)
        copy = self._copy(revision)
        walked = self._walk((revision,), position + 1)
        findings = None
        if copy is not None and self._fails(revision, "upgrade"):
            findings, walked = self._without_offenders(position, copy, walked)
        sound = isinstance(walked, DataWalked) and walked.suspect is None and len(known) != 2
        if copy is None or self._fails(revision, "upgrade") or not isinstance(walked, DataWalked):
            if copy is not None:
                self.databases.drop(copy)
            if not sound:
                self._stand_at(position + 1)
        elif sound and findings is None:
            self._pending.append((revision, self._beside.submit(self._tried, revision, copy, walked)))
        else:
            self._conclude(revision, findings or self._refined(revision, copy, walked))
            if sound:
                self.databases.drop(copy)
            else:
                self._from_copy(position, copy, findings.removal if findings else ())

    def _fails(self, revision: str, phase: str) -> bool:
        step = getattr(self.found.get(revision), phase, None)
        return step is not None and step.error is not None

    def _copy(self, revision: str) -> str | None:
        """A copy of the standing database, for experiments; None where there can be none."""
        own = self.laboratory.dialect.server_wide.search(self.databases.text_of(revision))
        return None if own else self.databases.copied(self._standing.database)

    def _tried(self, revision: str, copy: str, walked: DataWalked) -> Findings:
        """The experiments beside the walk, after which the copy is not needed any more."""
        try:
            return self._refined(revision, copy, walked)
        finally:
            self.databases.drop(copy)

    def _refined(self, revision: str, copy: str, walked: DataWalked) -> Findings:
        findings = self.experiments.refined(revision, copy, walked, self.found[revision])
        for phase in ("downgrade", "reupgrade"):
            if self._fails(revision, phase) and not findings.explains(plan.direction(phase)):
                return replace(
                    findings, trials=findings.trials + self._culprits(revision, phase, copy, walked)
                )
        return findings

    def _culprits(self, revision: str, phase: str, copy: str, walked: DataWalked) -> tuple[Trial, ...]:
        assert walked.before is not None
        error = getattr(self.found[revision], phase).error
        culprits = Culprits(self.experiments, walked.before, self.laboratory.dialect.quote)
        return culprits.of(revision, copy, plan.PHASES[: plan.PHASES.index(phase) + 1], error)

    def _conclude(self, revision: str, findings: Findings) -> None:
        seen = self.found[revision]
        self.found[revision] = replace(
            seen,
            trials=findings.trials,
            not_back=seen.not_back if findings.not_back is None else findings.not_back,
            repeated=seen.repeated if findings.repeated is None else findings.repeated,
        )

    def _without_offenders(
        self, position: int, copy: str, walked: DataWalked | Hang
    ) -> tuple[Findings | None, DataWalked | Hang]:
        """Find the rows that the upgrade fails on, and walk it again without them."""
        revision = self.order[position]
        if isinstance(walked, Hang) or walked.before is None:
            return None, walked
        at = self.databases.at(position + 1)
        after: Moment = self.laboratory.run(ReadTables(self.databases.place(at), self.look))
        self.databases.drop(at)
        down = "downgrade" in phases(self.evidence[revision])
        findings = self.experiments.trials(revision, copy, walked.before.tables, after.tables, down=down)
        failed = self.found[revision]
        again: DataWalked | Hang = walked
        if findings.explains("upgrade"):
            fork = self.databases.copied(copy)
            assert fork is not None
            self.databases.drop(self._standing.database)
            self._standing = _Standing(fork, self._standing.sown, is_sown=True)
            again = self._walk((revision,), position + 1, remove=findings.removal)
        if self._fails(revision, "upgrade"):
            culprits = self._culprits(revision, "upgrade", copy, walked)
            self.found[revision] = replace(failed, trials=findings.trials + culprits)
        else:
            self.found[revision] = replace(self.found[revision], seeded=failed.seeded, trials=findings.trials)
        return findings, again

    def _from_copy(self, position: int, copy: str, remove: tuple[tuple[TableName, Constraint], ...]) -> None:
        """Go on behind a revision that has spoilt the standing database: from the copy, by its upgrade."""
        revision = self.order[position]
        self.databases.drop(self._standing.database)
        kept = self.found[revision]
        self._standing = _Standing(copy, self._standing.sown, is_sown=True)
        again = self._walk((revision,), position + 1, only=("upgrade",), remove=remove)
        self.found[revision] = kept
        if isinstance(again, Hang) or again.suspect is not None:
            self._stand_at(position + 1)


def _validated(tables: Tables) -> frozenset[tuple[str, str]]:
    """The constraints that all rows have been checked against."""
    return frozenset(
        (str(table.name), constraint.name)
        for table in tables.values()
        for constraint in table.constraints
        if not isinstance(constraint, (Check, ForeignKey)) or (constraint.validated and constraint.enforced)
    )


def _without_pending(seen: RevisionData, validated: frozenset[tuple[str, str]]) -> RevisionData:
    """Without the breaches of constraints that a later revision validates: until then they may be broken."""
    breaches = tuple(
        breach
        for breach in seen.breaches
        if breach.what != "violated"
        or getattr(breach.constraint, "validated", True)
        or (breach.table, breach.constraint.name) not in validated
    )
    return replace(seen, breaches=breaches)
