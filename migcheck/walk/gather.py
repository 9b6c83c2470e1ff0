"""The parent's side of the walk until all evidence is there: every revision, the passes, all with rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from migcheck.errors import UsageError
from migcheck.model import (
    Evidence,
    History,
    ProjectSpec,
    RevisionEvidence,
    RevisionInfo,
    ServerAddress,
    State,
)
from migcheck.model.data import DataEvidence
from migcheck.model.report import left_to_the_last
from migcheck.progress import Progress
from migcheck.seeding.own import SeedingSpec
from migcheck.walk import plan, states
from migcheck.walk.data.beside import beside
from migcheck.walk.data.gather import CHECKS as CHECKS_OF_ROWS
from migcheck.walk.data.gather import DataWalks
from migcheck.walk.data.stretches import Stretches
from migcheck.walk.disposable import Disposable, NotAgain
from migcheck.walk.jobs import Look, Probe, Probed
from migcheck.walk.laboratory import Laboratory, Stoppable
from migcheck.walk.passes import PASSES, Passes
from migcheck.walk.plan import Part, Shard
from migcheck.walk.processes import Zygote
from migcheck.walk.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be verified: targets as Alembic names them (none: all heads), a part of the history (where
    that is what changed files concern, with what has `changed`), SQL files and revisions to begin with, the
    time limit of a step in seconds, the rows to put in, and how many jobs may run side by side.

    Of all that only the stretch of `shard` is verified; with `schema` the schema at heads is part of the
    evidence. `restored` is a state on this server from an earlier
    run, `keep` is told of the one before a part, for later runs; `paranoid` has snapshots compared with full
    ones."""

    project: ProjectSpec
    targets: tuple[str, ...] = ()
    part: Part = field(default_factory=Part)
    changed: frozenset[str] | None = None
    setup: tuple[str, ...] = ()
    stamp: tuple[str, ...] = ()
    step_timeout: float = 300.0
    seeding: SeedingSpec = field(default_factory=SeedingSpec)
    jobs: int = 1
    restored: State | None = None
    keep: Callable[[State], None] | None = None
    paranoid: bool = False
    shard: Shard = plan.WHOLE
    schema: bool = False


def gather(wish: Wish, address: ServerAddress, run_id: str, zygote: Zygote, progress: Progress) -> Evidence:
    """Walk one target and give back all that was seen. Raises MigcheckError when it cannot be walked."""
    laboratory = Laboratory(zygote, address, wish.step_timeout, progress, wish.jobs)
    with Disposable(address, run_id, wish.project, laboratory.run, wish.setup, wish.stamp) as disposable:
        gathering = _Gathering(wish, laboratory, disposable, progress)
        evidence = gathering.all()
        if wish.keep is not None and gathering.kept is not None:
            wish.keep(gathering.kept)
        return evidence


class _Gathering:
    def __init__(self, wish: Wish, laboratory: Laboratory, databases: Disposable, progress: Progress) -> None:
        self.wish = wish
        self.laboratory = laboratory
        self.databases = databases
        self.progress = progress
        self.evidence: dict[str, RevisionEvidence] = {}
        self.skipped: list[tuple[str, str | None, str]] = []
        self.notes: list[str] = []
        self.look = Look(())
        self.seeding = wish.seeding
        self.kept: State | None = None
        self.part: tuple[str, ...] = ()

    @property
    def order(self) -> list[str]:
        """The revisions that can be applied, in the order in which they are."""
        return self.databases.order

    def all(self) -> Evidence:
        """Probe the project, walk it, then the passes over the whole history."""
        first = self.databases.fresh()
        probed = self._probe(first)
        history = probed.history
        if history.problems:
            skipped = tuple((code, None, "the history cannot be read") for code in PASSES)
            return Evidence(history, (), skipped=skipped)
        own = self.seeding.own.of_history([info.revision for info in history.revisions])
        self.seeding = replace(self.seeding, own=own)
        order, beginning, end_of_part = plan.cut(probed.order, self.wish.part, history, probed.touched)
        self.part = tuple(order[beginning:end_of_part])
        start, end = self.wish.shard.stretch(beginning, end_of_part)
        if start == end:
            return self._nothing(history, beginning == end_of_part)
        self.order.extend(order[:end])
        chosen = self._chosen(history, order[start:end])
        self.laboratory.watch(chosen)
        scheduler = Scheduler(self.laboratory, self.databases, self.look, history, self.progress)
        self.evidence = scheduler.evidence
        if start:
            self.databases.drop(first)
            first, start = self._beginning(probed, start, beginning, scheduler)
        database, top = scheduler.walk(start, first)
        self.notes += scheduler.notes
        elsewhere = self._elsewhere(end < len(order))
        why = f"the upgrade of {scheduler.blocker} fails" if scheduler.blocker else elsewhere
        passes = Passes(
            self.laboratory, self.databases, self.look, self.wish.targets, self.evidence, scheduler.back
        )
        self.progress.note("the way down, the whole history in one run, and all of it with rows")
        with self._with_rows(start, beginning) as data:
            at_heads, one_shot, ways_down = passes.run(database, top, start, beginning, why)
        self.skipped += passes.skipped
        return Evidence(
            replace(history, revisions=chosen, heads=self._heads(history, chosen, elsewhere)),
            tuple(self.evidence[info.revision] for info in chosen),
            tuple(ways_down),
            at_heads.idempotence if at_heads else None,
            one_shot,
            at_heads.drift if at_heads else None,
            tuple(self.skipped),
            tuple(self.notes),
            data=data.result() if data is not None else None,
            part=self.part,
            schema=top if self.wish.schema and elsewhere is None and not scheduler.blocker else None,
        )

    def _elsewhere(self, before_the_end: bool) -> str | None:
        """Why nothing is said here of the whole history; None where there is."""
        shard = self.wish.shard
        if not shard.is_last:
            return left_to_the_last(shard.of)
        return f"only a part of the history was verified ({self.wish.part})" if before_the_end else None

    def _beginning(self, probed: Probed, start: int, beginning: int, scheduler: Scheduler) -> tuple[str, int]:
        """The database before the part that is verified, and the position at which that begins.

        What fails on the way there is told by another shard, where it belongs to one: those begin at
        `beginning`.
        """
        while True:
            try:
                return self._state(probed, start), start
            except NotAgain as error:
                if self.order.index(error.revision) < beginning:
                    raise
                before = self.order[:start]
                scheduler.leave_out(error.revision)
                start = sum(revision in self.order for revision in before)

    def _state(self, probed: Probed, start: int) -> str:
        """The database at `start`, made from what an earlier run has kept, and kept for later ones."""
        databases, wish, revisions = self.databases, self.wish, tuple(self.order[:start])
        begun, restored = 0, wish.restored
        if not databases.copies:
            return databases.at(start)
        if restored is not None and states.is_right(restored, probed, revisions):
            databases.build_on(restored)
            begun = len(restored.revisions)
        database = databases.at(start)
        worthwhile = wish.keep is not None and states.is_worth_keeping(start, begun)
        if worthwhile and not databases.has_changed_server():
            files = states.files_of(probed, revisions)
            self.kept = State(databases.clone(database), revisions, files)
            databases.build_on(self.kept)
        return database

    def _with_rows(
        self, start: int, beginning: int
    ) -> AbstractContextManager[Future[DataEvidence | None] | None]:
        """The same walk with rows, done when the body is; None where there are none to be put in.

        What is verified may begin at `beginning`, before `start`: with another shard.
        """
        why = self._no_rows()
        if why is not None:
            self.skipped += [(code, None, why) for code in CHECKS_OF_ROWS]
            return nullcontext()
        stoppable = Stoppable(self.laboratory)

        walk_of = partial(
            DataWalks,
            *(stoppable, self.databases, self.look, self.seeding, self.evidence, self.laboratory.targets),
            *(start, self.wish.shard.is_last and beginning == 0),
        )
        walks = Stretches(stoppable, self.databases, start, walk_of)

        def run() -> DataEvidence | None:
            try:
                found = walks.run()
            except UsageError as error:
                if not any(map(_is_broken, self.evidence.values())):
                    raise
                # It may be for what is broken that these rows do not go in, and that is to be told first.
                self.skipped += [(code, None, error.message) for code in CHECKS_OF_ROWS]
                return None
            for column in self.seeding.own.unfilled(walks.filled):
                self.notes.append(f"{self.seeding.own.source}: there is no {column} in any revision")
            self.notes += walks.notes
            self.skipped += walks.left_out
            return found

        return beside(run, stoppable, self.databases)

    def _no_rows(self) -> str | None:
        """Why there is no walk with rows."""
        dialect, seeding = self.laboratory.dialect, self.seeding
        if dialect.data(self.databases.address, "", frozenset()) is None:
            return f"migcheck puts no rows into {dialect.title}"
        return None if seeding.rows or seeding.own else "no rows were put in (--seed-rows 0)"

    def _nothing(self, history: History, none_at_all: bool) -> Evidence:
        """The evidence where there is no revision to verify."""
        shard = self.wish.shard
        why = (
            f"no revision has changed ({self.wish.part})" if none_at_all else f"shard {shard} has no revision"
        )
        skipped = tuple((code, None, why) for code in (*PASSES, *CHECKS_OF_ROWS))
        notes = (*self.notes, why)
        return Evidence(replace(history, revisions=()), (), skipped=skipped, notes=notes, part=self.part)

    def _heads(
        self, history: History, chosen: tuple[RevisionInfo, ...], elsewhere: str | None
    ) -> tuple[str, ...]:
        """Those heads that belong to what is to be verified."""
        if not self.wish.targets and elsewhere is None:
            return history.heads
        revisions = {info.revision for info in chosen}
        heads = tuple(head for head in history.heads if head in revisions)
        if elsewhere is not None and heads != history.heads:
            self.skipped.append(("MC101", None, elsewhere))
        return heads

    def _chosen(self, history: History, revisions: Sequence[str]) -> tuple[RevisionInfo, ...]:
        infos = {info.revision: info for info in history.revisions}
        return tuple(infos[revision] for revision in revisions)

    # -- before the walk

    def _probe(self, database: str) -> Probed:
        wish = self.wish
        dependencies = wish.keep is not None or wish.restored is not None

        def probe() -> Probed:
            place = self.databases.place(database)
            probed: Probed = self.laboratory.run(Probe(place, wish.targets, wish.changed, dependencies))
            return probed

        probed = probe()
        if probed.calls > len(probed.version_tables):
            self.databases.project = replace(self.wish.project, several=True)
            self.notes.append("env.py migrates several databases: here they are one, side by side")
            probed = probe()
        if probed.preload is not None:
            self.progress.note("importing the application")
            self.laboratory.run(probed.preload)
        if not probed.history.problems:
            if not probed.history.revisions:
                raise UsageError(
                    "the history is empty: Alembic finds no revision",
                    "check script_location and version_locations, or write the first: `alembic revision`",
                )
            if not probed.order:
                raise UsageError(
                    "nothing to verify: the database stands at the target already",
                    "check --stamp and --target",
                )
        single = probed.calls > 1
        self.look = Look(probed.version_tables, single, self._no_rows() is None, wish.paranoid)
        self.databases.single = single
        texts = {i.revision: Path(i.path).read_text(errors="replace") for i in probed.history.revisions}
        self.databases.texts = texts
        self.databases.sources += "\n".join(texts.values())
        self.databases.server_wide = any(map(self.laboratory.dialect.server_wide.search, texts.values()))
        if single:
            self.notes.append(
                f"env.py calls run_migrations {probed.calls} times: so it is run once for each step"
            )
        if probed.callback:
            self.notes.append("env.py's on_version_apply is left out: what it does belongs to no revision")
        dialect = self.laboratory.dialect
        if dialect.unseen is not None:
            self.notes.append(dialect.unseen)
        return probed


def _is_broken(seen: RevisionEvidence) -> bool:
    steps = (seen.upgrade, seen.downgrade, seen.reupgrade)
    return seen.skipped is not None or any(step is not None and step.error is not None for step in steps)
