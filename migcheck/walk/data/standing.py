"""Databases for the walk with rows to stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from migcheck.model.data import Unseeded
from migcheck.model.tables import Tables
from migcheck.seeding.own import SeedingSpec
from migcheck.walk.disposable import Disposable
from migcheck.walk.jobs import DataWalk, DataWalked, Look, Moment
from migcheck.walk.laboratory import Stoppable


@dataclass(slots=True)
class Standing:
    """A database that stands before a revision, and what is known of the rows in it.

    `sown` are the tables as they were when they last got rows. With `is_sown` the rows for the next revision
    are in already, and `now` is how they stand.
    """

    database: str
    sown: Tables = field(default_factory=dict)
    is_sown: bool = False
    unseeded: tuple[Unseeded, ...] = ()
    now: Moment | None = None


class Stands:
    """Makes them at positions in `databases.order`. The walk begins at `start`; `phases` are those of each
    revision that work."""

    def __init__(
        self,
        laboratory: Stoppable,
        databases: Disposable,
        look: Look,
        seeding: SeedingSpec,
        phases: Mapping[str, tuple[str, ...]],
        start: int,
    ) -> None:
        self.laboratory, self.databases, self.look = laboratory, databases, look
        self.seeding, self.phases, self.start = seeding, phases, start
        self.order = tuple(databases.order)

    def at(self, position: int) -> Standing:
        """A new one, with no rows in it but the migrations' own, and those of the user's that have come up to
        there, where they can."""
        before, after = self.seeding.own.before_upgrade, self.seeding.own.after_upgrade
        if any(revision in before or revision in after for revision in self.order[self.start : position]):
            travelled = self.travelled(position)
            if travelled is not None:
                return travelled
        return Standing(self.databases.at(position))

    def travelled(self, position: int) -> Standing | None:
        """A new one to which rows have come through all upgrades from the start of the walk on; None where
        one of those fails on the way."""
        passed = self.order[self.start : position]
        alone = all("upgrade" in self.phases[revision] for revision in passed)
        if not alone or any(start < position for start, _ in self.databases.companies):
            return None
        database = self.databases.at(self.start)
        tasks = tuple((revision, "upgrade") for revision in passed)
        job = DataWalk(
            self.databases.place(database), self.look, self.seeding, tasks, sow_next=self.order[position]
        )
        walked = self.laboratory.land(job)
        if not isinstance(walked, DataWalked) or walked.suspect is not None:
            self.databases.drop(database)
            return None
        return Standing(database, walked.sown, True, walked.unseeded, walked.now)
