"""What a revision makes of rows, tried on copies of a database that stands before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from migcheck.model.data import Trial
from migcheck.model.tables import Constraint, TableName, Tables
from migcheck.seeding.own import SeedingSpec
from migcheck.seeding.written import faced
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import DataWalk, DataWalked, Look, Tried, Try
from migcheck.walk.laboratory import Hang, Stoppable


class Experiments:
    """Each experiment has a copy of its own, which is dropped after it."""

    def __init__(
        self, laboratory: Stoppable, databases: Disposable, look: Look, seeding: SeedingSpec
    ) -> None:
        self.laboratory, self.databases, self.look, self.seeding = laboratory, databases, look, seeding

    def trials(
        self,
        revision: str,
        copy: str,
        before: Tables,
        after: Tables,
        *,
        down: bool,
        moves: frozenset[str],
    ) -> tuple[Trial, ...]:
        """Try the hostile rows of both directions (the upgrade's alone without `down`): all in company, and
        where that fails each by itself. In the directions `moves` rows are read or written."""
        dialect = self.laboratory.dialect.name
        ways = [(before, after, "upgrade"), (after, before, "downgrade")][: 2 if down else 1]
        if not any(faced(a, b, dialect=dialect, moves=way in moves) for a, b, way in ways):
            return ()
        job = Try(self.databases.place(copy), self.look, self.seeding, revision, before, after, down, moves)
        tried = self._on_fork(copy, job)
        if isinstance(tried, Hang):
            return ()
        trials = list(tried.trials)
        for chosen in tried.again:
            alone = self._on_fork(copy, replace(job, chosen=chosen))
            if isinstance(alone, Tried):
                trials += alone.trials
        return tuple(trials)

    def without(
        self, revision: str, copy: str, phases: Iterable[str], remove: Iterable[tuple[TableName, Constraint]]
    ) -> DataWalked | Hang:
        """Walk the revision on a copy, after some rows have been removed."""
        tasks = tuple((revision, phase) for phase in phases)
        place = self.databases.place(copy)
        job = DataWalk(place, self.look, self.seeding, tasks, sow=False, remove=tuple(remove))
        result: DataWalked | Hang = self._on_fork(copy, job)
        return result

    def _on_fork(self, copy: str, job: DataWalk | Try) -> Any:
        fork = self.databases.copied(copy)
        assert fork is not None  # it is a copy itself
        try:
            return self.laboratory.land(replace(job, place=self.databases.place(fork)))
        finally:
            self.databases.drop(fork)
