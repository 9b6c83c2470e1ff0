"""The parent's side of the walk with rows.

One database follows the history, with rows in it. Where the dialect takes steps back with a ROLLBACK, hostile
rows are tried on it in passing. Elsewhere, and for revisions that commit by themselves, it is copied
before a revision that could do something to rows, and what that makes of hostile rows is tried on copies of
the copy, beside the walk. A database that a revision has spoilt is thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from migcheck.compare.rows import data_changes, volatile_columns
from migcheck.model import RevisionEvidence, Step
from migcheck.model.data import DataChange, RevisionData, Trial
from migcheck.model.tables import Tables
from migcheck.seeding.own import SeedingSpec
from migcheck.walk import plan
from migcheck.walk.data.culprits import Culprits
from migcheck.walk.data.experiments import Experiments
from migcheck.walk.data.interest import is_exact, moves_rows, phases, runs_in_one_transaction
from migcheck.walk.data.settling import is_any_row, without_ordinary
from migcheck.walk.data.standing import Standing, Stands
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import DataWalk, DataWalked, Look, Moment, Move
from migcheck.walk.laboratory import Hang, Stoppable
from migcheck.walk.processes import WorkerDied

CHECKS = ("MC301", "MC302", "MC303", "MC304", "MC305", "MC306", "MC307", "MC308")
"""The checks that judge it."""


class DataWalks:
    """Walks a `stretch` of the revisions of `databases.order` with rows, a half-open range of positions of a
    walk that begins at `start`.

    With `everything` all constraints are checked at the end of the order, else those alone that the revisions
    could concern, at each. `evidence` is what the schema's walk has seen, `targets` the tables after each
    upgrade that could concern rows. `last` is the last moment that was seen.
    """

    def __init__(
        self,
        laboratory: Stoppable,
        databases: Disposable,
        look: Look,
        seeding: SeedingSpec,
        evidence: Mapping[str, RevisionEvidence],
        targets: Mapping[str, Tables],
        start: int,
        everything: bool,
        stretch: tuple[int, int],
    ) -> None:
        self.laboratory, self.databases, self.look = laboratory, databases, look
        self.seeding, self.evidence, self.targets = seeding, evidence, targets
        self.order = tuple(databases.order)
        self.found: dict[str, RevisionData] = {}
        self.filled: frozenset[tuple[str, str]] = frozenset()
        self.experiments = Experiments(laboratory, databases, look, seeding)
        self._phases = {r: phases(evidence[r]) if r in evidence else () for r in self.order}
        self._begin, self._end = stretch
        own = self.order[self._begin : self._end]
        self._in_place = frozenset(revision for revision in own if self._is_in_place(revision))
        self.last: Moment | None = None
        self._everything = everything
        self._stands = Stands(laboratory, databases, look, seeding, self._phases, start)
        self._standing = Standing("")
        self._pending: list[tuple[str, Future[tuple[Trial, ...]]]] = []

    def run(self) -> None:
        """Walk to the end."""
        position = self._begin
        self._stand_at(position)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="migcheck-trials") as self._beside:
            try:
                while position < self._end:
                    position = self._go_on(position)
                for revision, future in self._pending:
                    self._add(revision, future.result())
            except WorkerDied:  # it may be done again
                self._beside.shutdown(cancel_futures=True)
                raise
            except BaseException as error:
                self.laboratory.stop(error)
                self._beside.shutdown(cancel_futures=True)
                raise
        self._stand_at(self._end)

    @property
    def revisions(self) -> list[RevisionData]:
        """What was seen, in order."""
        return [self.found[revision] for revision in self.order if revision in self.found]

    @property
    def left_out(self) -> list[tuple[str, str | None, str]]:
        """(check, revision, reason) for what was not proved of revisions that work without rows."""
        left: list[tuple[str, str | None, str]] = []
        for revision in self.order[self._begin : self._end]:
            seen, found = self.evidence.get(revision), self.found.get(revision)
            if found is not None and found.skipped and self._phases[revision]:
                left += [(code, revision, found.skipped) for code in CHECKS]
            elif seen is not None and seen.module_state:
                left.append(("MC304", revision, "its module keeps state between two calls, see MC214"))
        return left

    def _is_in_place(self, revision: str) -> bool:
        text = self.databases.texts.get(revision, "")
        return (
            self.laboratory.dialect.transaction is not None
            and not self.look.single
            and not self.laboratory.dialect.server_wide.search(text)
            and runs_in_one_transaction(self.evidence[revision], text)
        )

    # -- along the history

    def _go_on(self, position: int) -> int:
        """Walk on from `position` as far as one job goes; the position reached."""
        companies = dict(self.databases.companies)
        if position in companies:
            return self._pass_company(position, companies[position])
        end = position
        while end < self._end and end not in companies and self._in_passing(self.order[end]):
            end += 1
        if end > position:
            walked = self._walk(self.order[position:end], end)
            if isinstance(walked, DataWalked) and walked.suspect is None:
                return end
            return self._suspected(walked)
        self._on_copies(position)
        return position + 1

    def _in_passing(self, revision: str) -> bool:
        """Whether no copy is needed: rows cannot break it, or are tried in place."""
        whole = self._phases[revision] in (plan.PHASES, ("upgrade",))
        return whole and (revision not in self.targets or revision in self._in_place)

    def _suspected(self, walked: DataWalked | Hang) -> int:
        """Find out about the revision that a job broke off at; the position from which the walk goes on."""
        revision = walked.revision if isinstance(walked, Hang) else str(walked.suspect)
        position = self.order.index(revision)
        seen = self.found[revision]
        if isinstance(walked, DataWalked) and self._has_run(seen) and not self._failed(revision):
            self.found[revision] = replace(seen, repeated=self._constant(walked, seen))
            if not self.found[revision].repeated:
                self._stand_at(position + 1)
                return position + 1
            # Whether it gives other rows each time, only a copy can show.
        self._stand_at(position)
        self._on_copies(position)
        if not self._failed(revision) and not _explained(self.found[revision].trials, "upgrade"):
            # Rows of earlier revisions, which are not there any more, broke it.
            for phase in plan.PHASES:
                if (step := getattr(seen, phase)) is not None and step.error is not None:
                    self.found[revision] = self.found[revision].with_step(phase, step)
                    self._blame(position)
        return position + 1

    def _blame(self, position: int) -> None:
        """Find the row of an earlier revision's on which the one at `position` fails, where that can be tried
        on copies."""
        travelled = self._stands.travelled(position) if self.databases.copies else None
        if travelled is None:
            return
        revision = self.order[position]
        if travelled.now is not None:
            self._add(revision, self._with_culprits(revision, travelled.database, travelled.now, ()))
        self.databases.drop(travelled.database)

    def _pass_company(self, start: int, end: int) -> int:
        """Step over revisions that work only together."""
        place = self.databases.place(self._standing.database)
        moved = self.laboratory.land(Move(place, self.order[start:end], together=True))
        for revision in self.order[start:end]:
            self.found[revision] = RevisionData(revision, skipped="it works only in one run with others")
        if isinstance(moved, Hang) or moved.failed is not None:
            self._stand_at(end)
        self._standing.is_sown = False
        return end

    def _stand_at(self, position: int) -> None:
        """Begin anew on a database at `position`; at the end of the stretch none is needed any more."""
        if self._standing.database:
            self.databases.drop(self._standing.database)
        self._standing = self._stands.at(position) if position < self._end else Standing("")

    def _walk(self, revisions: Sequence[str], end: int) -> DataWalked | Hang:
        """Walk some revisions on the standing database, and keep what was seen of them; when all is well the
        rows for the revision at position `end` are put in too."""
        standing = self._standing
        job = DataWalk(
            self.databases.place(standing.database),
            self.look,
            self.seeding,
            tuple((r, phase) for r in revisions for phase in self._phases[r]),
            sow=not standing.is_sown,
            sow_next=self.order[end] if end < self._end else None,
            sown=standing.sown,
            unseeded=standing.unseeded,
            targets={r: self.targets[r] for r in revisions if r in self.targets},
            in_place=self._in_place.intersection(revisions),
            moves=frozenset((r, way) for r in revisions for way in self._moves(r)),
            exact=frozenset(r for r in revisions if is_exact(self.evidence[r])),
            last=self._everything and end == len(self.order),
        )
        walked: DataWalked | Hang = self.laboratory.land(job)
        if isinstance(walked, Hang):
            step = Step(plan.direction(walked.phase), 0.0, error=walked.error)
            seen = self.found.get(walked.revision) or RevisionData(walked.revision)
            self.found[walked.revision] = seen.with_step(walked.phase, step)
            return walked
        self.found.update((seen.revision, seen) for seen in walked.revisions)
        standing.sown, standing.unseeded = walked.sown, walked.unseeded
        standing.is_sown = job.sow_next is not None and walked.suspect is None
        self.last = walked.now or self.last
        self.filled |= walked.filled
        return walked

    # -- one revision that needs copies

    def _on_copies(self, position: int) -> None:
        """Walk the revision at `position`, with a copy of the database to find out about it."""
        revision = self.order[position]
        if not self._phases[revision]:
            self.found[revision] = RevisionData(revision, skipped="it does not work without rows")
            self._stand_at(position + 1)
            return
        if not self._standing.is_sown:
            self._walk((), position)  # puts them in
        copy = self._copy(revision)
        self._in_place -= {revision}
        walked = self._walk((revision,), position + 1)
        sound = isinstance(walked, DataWalked) and walked.suspect is None
        sound = sound and self._phases[revision] != ("upgrade", "downgrade")
        if copy is not None and sound:
            future = self._beside.submit(self._beside_walk, revision, copy, walked)
            self._pending.append((revision, future))
            if self.laboratory.jobs == 1:
                wait([future])
        elif copy is not None:
            self._add(revision, self._beside_walk(revision, copy, walked))
        if not sound:
            self._stand_at(position + 1)

    def _copy(self, revision: str) -> str | None:
        """A copy of the standing database, for experiments; None where there can be none."""
        own = self.laboratory.dialect.server_wide.search(self.databases.texts.get(revision, ""))
        return None if own else self.databases.copied(self._standing.database)

    def _beside_walk(self, revision: str, copy: str, walked: DataWalked | Hang) -> tuple[Trial, ...]:
        """The experiments on a copy, which is not needed any more after them."""
        try:
            if isinstance(walked, Hang) or walked.before is None:
                return ()
            seen, after = self.found[revision], self.targets.get(revision)
            trials: tuple[Trial, ...] = ()
            if after is not None:
                down = "downgrade" in self._phases[revision]
                tables, moves = walked.before.tables, self._moves(revision)
                trials = self.experiments.trials(revision, copy, tables, after, down=down, moves=moves)
            trials = without_ordinary(trials, (seen.upgrade, seen.downgrade, seen.reupgrade))
            trials = self._with_culprits(revision, copy, walked.before, trials)
            if seen.repeated:
                again = self.experiments.without(revision, copy, ("upgrade",), ())
                if isinstance(again, DataWalked) and again.after is not None and walked.after is not None:
                    volatile = volatile_columns(walked.after.contents, again.after.contents)
                    self.found[revision] = replace(seen, repeated=self._constant(walked, seen, volatile))
            return trials
        finally:
            self.databases.drop(copy)

    def _with_culprits(
        self, revision: str, copy: str, before: Moment, trials: tuple[Trial, ...]
    ) -> tuple[Trial, ...]:
        """The trials and the ordinary row on which the revision fails, of those that stand in a copy from
        before it; in the place of trials in which any row would have failed."""
        for phase in plan.PHASES:
            step, way = getattr(self.found[revision], phase), plan.direction(phase)
            if step is None or step.error is None:
                continue
            same = tuple(t for t in trials if is_any_row(t) and t.explains(step.error, way))
            rest = tuple(trial for trial in trials if trial not in same)
            if any(trial.explains(step.error, way) for trial in rest):
                continue
            culprits = Culprits(self.experiments, before, self.laboratory.dialect.quote)
            found = culprits.of(revision, copy, plan.PHASES[: plan.PHASES.index(phase) + 1], step, same)
            return rest + (found or same)
        return trials

    def _moves(self, revision: str) -> frozenset[str]:
        """The directions in which a revision reads or writes rows."""
        seen = self.evidence[revision]
        steps = (("upgrade", seen.upgrade), ("downgrade", seen.downgrade))
        return frozenset(direction for direction, step in steps if moves_rows(step))

    def _has_run(self, seen: RevisionData) -> bool:
        """Whether all phases of a revision were reached."""
        return all(getattr(seen, phase) is not None for phase in self._phases[seen.revision])

    def _failed(self, revision: str) -> bool:
        steps = (getattr(self.found[revision], phase) for phase in plan.PHASES)
        return any(step is not None and step.error is not None for step in steps)

    def _constant(
        self, walked: DataWalked, seen: RevisionData, volatile: frozenset[tuple[str, str]] = frozenset()
    ) -> tuple[DataChange, ...] | None:
        """What a second upgrade gives otherwise, without columns of its own that the server fills anew."""
        if not seen.repeated or walked.before is None or walked.after is None or walked.now is None:
            return seen.repeated
        hidden = volatile | _filled_by_server(walked.before.tables, walked.after.tables)
        return data_changes(walked.after.contents, walked.now.contents, hidden)

    def _add(self, revision: str, trials: tuple[Trial, ...]) -> None:
        seen = self.found[revision]
        self.found[revision] = replace(seen, trials=seen.trials + trials)


def _explained(trials: Sequence[Trial], direction: str) -> bool:
    return any(trial.direction == direction and trial.error is not None for trial in trials)


def _filled_by_server(before: Tables, after: Tables) -> frozenset[tuple[str, str]]:
    """Columns that an upgrade adds, with a default that is another value each time."""
    return frozenset(
        (str(table.name), column.name)
        for table in after.values()
        for column in table.columns
        if (table.name not in before or before[table.name].column(column.name) is None)
        and (column.serial or "(" in (column.default or "") or "current" in (column.default or "").lower())
    )
