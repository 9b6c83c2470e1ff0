"""A database of SQLite's, changed by plain SQL or by Alembic's operations, and what its snapshots tell."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import BatchOperations, Operations

from migcheck.compare import differences
from migcheck.dialects.sqlite import SQLITE
from migcheck.dialects.sqlite.databases import path_of
from migcheck.model import Difference, DifferenceClass, ServerAddress, Snapshot

Step = str | Callable[[Operations], Any]
"""A script of SQL, or what a migration does with `op`."""


@dataclass(frozen=True)
class Database:
    address: ServerAddress
    name: str

    @property
    def url(self) -> str:
        return f"sqlite:///{path_of(self.address, self.name)}"

    def run(self, step: Step) -> None:
        if isinstance(step, str):
            SQLITE.execute(self.address, self.name, step)
            return
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with warnings.catch_warnings(), engine.begin() as connection:
            warnings.simplefilter("ignore")  # Alembic's of what it cannot reflect
            step(Operations(MigrationContext.configure(connection)))

    def snapshot(self) -> Snapshot:
        with SQLITE.observer(self.address, self.name, frozenset({"alembic_version"})) as observer:
            return observer.snapshot()

    def compared(self, before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
        with SQLITE.observer(self.address, self.name, frozenset({"alembic_version"})) as observer:
            return observer.settle(before, after, differences(before, after))

    def told(self, step: Step, *classes: DifferenceClass) -> list[str]:
        """What the step changes: differences of these classes (semantic ones without any), sorted."""
        before = self.snapshot()
        self.run(step)
        return told(self.compared(before, self.snapshot()), *classes)


def told(found: tuple[Difference, ...], *classes: DifferenceClass) -> list[str]:
    return sorted(
        f"{d.kind.value} {d.object_type} {d.name}" + (f" {d.attribute}" if d.attribute else "")
        for d in found
        if d.difference_class in (classes or (DifferenceClass.SEMANTIC,))
    )


def batch(
    table: str, change: Callable[[BatchOperations], Any] = lambda batch: None, **options: Any
) -> Callable[[Operations], None]:
    """A step that changes a table in batch mode (with these options), and makes it anew in any case."""

    def step(op: Operations) -> None:
        with op.batch_alter_table(table, recreate="always", **options) as operations:
            change(operations)

    return step
