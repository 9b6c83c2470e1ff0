"""What a revision makes of hostile rows, tried on copies of a database that stands before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from migcheck.compare.rows import data_changes, volatile_columns
from migcheck.model.data import Contents, DataChange, RevisionData, Row, TableContents, Trial
from migcheck.model.tables import Constraint, TableName, Tables
from migcheck.seeding.hostile import hostile
from migcheck.seeding.own import SeedingSpec
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import DataWalk, DataWalked, Look, Offenders, Tried, Try
from migcheck.walk.laboratory import Hang, Laboratory


@dataclass(frozen=True, slots=True)
class Findings:
    """What the experiments on one revision have shown. `not_back` and `repeated` are what is left of those of
    the walk, None where nothing was to be refined."""

    trials: tuple[Trial, ...] = ()
    offenders: tuple[Offenders, ...] = ()
    not_back: tuple[DataChange, ...] | None = None
    repeated: tuple[DataChange, ...] | None = None

    def explains(self, direction: str) -> bool:
        """Whether a hostile row has made that step fail."""
        return any(trial.direction == direction and trial.error is not None for trial in self.trials)

    @property
    def removal(self) -> tuple[tuple[TableName, Constraint], ...]:
        """What to delete so that the upgrade meets no row that breaks what is coming."""
        return tuple((each.table, each.constraint) for each in self.offenders)


class Experiments:
    """Each experiment has a copy of its own, which is dropped after it."""

    def __init__(
        self, laboratory: Laboratory, databases: Disposable, look: Look, seeding: SeedingSpec
    ) -> None:
        self.laboratory, self.databases, self.look, self.seeding = laboratory, databases, look, seeding

    def trials(self, revision: str, copy: str, before: Tables, after: Tables, *, down: bool) -> Findings:
        """Try the hostile rows of both directions (the upgrade's alone without `down`): all in company, and
        where that fails each by itself."""
        dialect = self.laboratory.dialect.name
        if not hostile(before, after, dialect=dialect) and not (
            down and hostile(after, before, dialect=dialect)
        ):
            return Findings()
        job = Try(self.databases.place(copy), self.look, self.seeding, revision, before, after, down)
        tried = self._on_fork(copy, job)
        if isinstance(tried, Hang):
            return Findings()
        trials = list(tried.trials)
        for chosen in tried.again:
            alone = self._on_fork(copy, replace(job, chosen=chosen))
            if isinstance(alone, Tried):
                trials += alone.trials
        return Findings(tuple(trials), tried.offenders)

    def refined(self, revision: str, copy: str, walked: DataWalked, seen: RevisionData) -> Findings:
        """Hostile rows tried, and the losses that the walk saw without those that could not be helped: rows
        that break what the revision demands cannot stay, and what differs in each run is nobody's loss."""
        assert walked.before is not None and walked.after is not None
        down = seen.downgrade is not None
        found = self.trials(revision, copy, walked.before.tables, walked.after.tables, down=down)
        not_back, repeated = None, None
        if seen.not_back and walked.reverted is not None and found.offenders:
            kept = _without(walked.before.contents, found.offenders)
            changes = data_changes(kept, walked.reverted.contents)
            not_back = tuple(change for change in changes if _is_known(change, seen.not_back))
        if seen.repeated and walked.now is not None:
            repeated = self._without_volatile(revision, copy, walked, seen.repeated)
        return replace(found, not_back=not_back, repeated=repeated)

    def without(
        self, revision: str, copy: str, phases: Iterable[str], remove: Iterable[tuple[TableName, Constraint]]
    ) -> DataWalked | Hang:
        """Walk the revision on a copy, after some rows have been removed."""
        tasks = tuple((revision, phase) for phase in phases)
        place = self.databases.place(copy)
        job = DataWalk(place, self.look, self.seeding, tasks, sow=False, remove=tuple(remove))
        result: DataWalked | Hang = self._on_fork(copy, job)
        return result

    def _without_volatile(
        self, revision: str, copy: str, walked: DataWalked, repeated: tuple[DataChange, ...]
    ) -> tuple[DataChange, ...]:
        assert walked.after is not None and walked.now is not None
        again = self.without(revision, copy, ("upgrade",), ())
        if isinstance(again, Hang) or again.after is None:
            return repeated
        volatile = volatile_columns(walked.after.contents, again.after.contents)
        return data_changes(walked.after.contents, walked.now.contents, volatile) if volatile else repeated

    def _on_fork(self, copy: str, job: DataWalk | Try) -> Any:
        fork = self.databases.copied(copy)
        assert fork is not None  # it is a copy itself
        try:
            return self.laboratory.start(replace(job, place=self.databases.place(fork))).land()
        finally:
            self.databases.drop(fork)


def _is_known(change: DataChange, known: Iterable[DataChange]) -> bool:
    """Whether a change is one of `known`, with as many rows or fewer."""
    place = (change.what, change.table, change.column)
    return any((each.what, each.table, each.column) == place for each in known)


def _without(contents: Contents, offenders: Iterable[Offenders]) -> Contents:
    """The same contents, without the rows that offend."""
    tables = dict(contents.tables)
    for each in offenders:
        if each.table in tables:
            tables[each.table] = _without_rows(tables[each.table], each.rows)
    return Contents(tables, contents.sequences)


def _without_rows(table: TableContents, rows: Iterable[Row]) -> TableContents:
    if table.rows is None:
        return table
    columns = table.key or table.columns
    places = [table.columns.index(column) for column in columns]
    gone = {tuple(dict(row).get(column) for column in columns) for row in rows}
    kept = tuple(row for row in table.rows if tuple(row[place] for place in places) not in gone)
    return replace(table, rows=kept, count=len(kept))
