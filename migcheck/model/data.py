"""What became of rows: the evidence of the data walk. No opinion in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from migcheck.model.evidence import Step, StepError
from migcheck.model.tables import Constraint, TableName

Row = tuple[tuple[str, "str | None"], ...]
"""One row for people: (column, the value's text) in the table's order; None is NULL."""


@dataclass(frozen=True, slots=True)
class TableContents:
    """The rows of one table at one moment.

    `types` are the columns' types as the server writes them, `key` the columns of the primary key. `rows`
    hold the text of each value in the order of `columns`, sorted; None where there are more than are kept:
    then `digest` (of whole rows) and `sums` (of each column) stand for them. Without `rows` both are
    texts that are equal for equal contents whatever the rows' order. `filled` counts, for each column, the
    values that are not NULL. `derived` are the columns that the server computes from others.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]
    count: int
    rows: tuple[tuple[str | None, ...], ...] | None
    digest: str = ""
    sums: tuple[str, ...] = ()
    filled: tuple[int, ...] = ()
    derived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SequenceState:
    """What a sequence will give next to `column` of `table`, and the largest value (for a sequence that
    counts down: the smallest) that is there already; None in an empty table."""

    name: str
    table: TableName
    column: str
    next: int
    largest: int | None
    increment: int = 1

    @property
    def behind(self) -> bool:
        """Whether it will give a number that was given before."""
        if self.largest is None:
            return False
        return self.next <= self.largest if self.increment > 0 else self.next >= self.largest


@dataclass(frozen=True, slots=True)
class Contents:
    """All rows of a database at one moment."""

    tables: Mapping[TableName, TableContents] = field(default_factory=dict)
    sequences: tuple[SequenceState, ...] = ()


@dataclass(frozen=True, slots=True)
class DataChange:
    """One thing that differs between the rows of two moments.

    `what` is `rows removed` or `rows added` (`count` of them out of `total`), `table removed`, `column
    removed` (with `count` values in it), `values changed` (`count` rows, in `column`) or `sequence behind`
    (`column`'s, whose next number is `count` and has been given). `examples` are at most five pairs of the
    row before and after, None where there is none on that side; without them (None in both) the table is too
    large and only its digests were compared. `lossy` says of changed values that different ones have become
    equal, so that nothing can tell them apart again.
    """

    what: str
    table: str
    column: str | None = None
    count: int = 0
    total: int = 0
    examples: tuple[tuple[Row | None, Row | None], ...] = ()
    lossy: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """One hostile row (or two that clash), put in by itself, and what the step made of it.

    `direction` is the step that was tried. `kind` says what the row is: `null`, `duplicate`, `orphan`,
    `check`, `exclusion`, `too long`, `out of range`, `cast`, `label`, `partition`, `written` for rows of a
    table that the step takes away, or `ordinary` for a row of the seeds that broke the step. `constraint` is
    what the schema it goes to asks and the row does not give, None for ordinary rows. `why` says that in
    words (`users.email is NULL, and the upgrade makes it NOT NULL`). With an `error` the step failed, at
    `error.statement`; `destroyed` is what became of the hostile rows where it did not; `violated` that they
    are in the database all the same, in breach of `constraint`.
    """

    direction: str
    kind: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    why: str
    constraint: Constraint | None = None
    error: StepError | None = None
    destroyed: tuple[DataChange, ...] = ()
    violated: bool = False

    def explains(self, error: StepError, direction: str) -> bool:
        """Whether it has shown a row on which a step of that direction ends as with `error`."""
        own = self.error
        if own is None or self.direction != direction:
            return False
        return (own.type, own.sqlstate) == (error.type, error.sqlstate)


@dataclass(frozen=True, slots=True)
class Breach:
    """Something wrong with a constraint that the schema declares.

    `what` is `violated` (`rows` in the table break it; MC305), `not enforced` (`rows`, one of them, was let
    in though it breaks it, and taken back; MC306) or `orphaned` (`rows` refer to nothing once the row to
    which they refer is deleted, which was taken back; MC306). `definition` is the constraint for people,
    `cause` why the server does not enforce it where that is known (`NOT VALID`, `its triggers are disabled`
    ...).
    """

    what: str
    table: str
    constraint: Constraint
    definition: str
    rows: tuple[Row, ...]
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Unseeded:
    """A table that no row could be put into: who refused (`constraint`, where it is known), what the server
    said, and the rows that were tried last."""

    table: str
    message: str
    constraint: str | None = None
    tried: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionData:
    """What one revision did to rows.

    `seeded` counts the rows that stood in the database before the upgrade, `seconds` are each step's times on
    them. `changed` leads from before the upgrade to after it, `not_back` from before it to after the
    downgrade, `repeated` from after the first upgrade to after the second; None where that was not reached.
    What two runs on the same rows give differently (random values, the clock) is in none of them. `trials`
    are the hostile rows, `breaches` what is wrong with the constraints after the upgrade. `upgrade`,
    `downgrade` and `reupgrade` are the steps on ordinary rows. `skipped` gives the reason for a
    revision that was not tried on rows.
    """

    revision: str
    seeded: int = 0
    upgrade: Step | None = None
    downgrade: Step | None = None
    reupgrade: Step | None = None
    changed: tuple[DataChange, ...] | None = None
    not_back: tuple[DataChange, ...] | None = None
    repeated: tuple[DataChange, ...] | None = None
    trials: tuple[Trial, ...] = ()
    breaches: tuple[Breach, ...] = ()
    unseeded: tuple[Unseeded, ...] = ()
    skipped: str | None = None

    def with_step(self, phase: str, step: Step | None) -> RevisionData:
        """The same with the step of a phase (`upgrade`, `downgrade`, `reupgrade`)."""
        if phase == "upgrade":
            return replace(self, upgrade=step)
        return replace(self, downgrade=step) if phase == "downgrade" else replace(self, reupgrade=step)


@dataclass(frozen=True, slots=True)
class DataEvidence:
    """The data walk of one target. `validated` are the constraints at heads that every row has been checked
    against, as (table, name): a NOT VALID one is not among them."""

    revisions: tuple[RevisionData, ...]
    validated: frozenset[tuple[str, str]] = frozenset()


__all__ = [
    "Breach",
    "Contents",
    "DataChange",
    "DataEvidence",
    "RevisionData",
    "Row",
    "SequenceState",
    "StepError",
    "TableContents",
    "Trial",
    "Unseeded",
]
