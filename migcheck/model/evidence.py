"""What a walk recorded: no opinion in here, only what was run and what was seen.

Times are seconds as float. Paths are as the walk saw them (absolute); reporters make them relative.
Every tuple of differences reads "from the first moment to the second": REMOVED is what the first
had and the second lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migcheck.model.acknowledgements import Acknowledgement, BaselineEntry
from migcheck.model.differences import Difference
from migcheck.model.snapshot import Snapshot, SnapshotFile

if TYPE_CHECKING:
    from migcheck.model.data import DataEvidence


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement as it was sent, and the line of the revision file that sent it (1-based).

    `seconds` is what the server took for it, `length` the characters of the whole text where `sql` is only
    its beginning.
    """

    sql: str
    line: int | None
    seconds: float = field(default=0.0, compare=False)
    length: int | None = None


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a step ended early.

    `type` is the exception's class (`psycopg.errors.DuplicateObject`; `StepTimeout` for a step that
    was ended by the time limit), `message` its first paragraph without SQLAlchemy's wrapping,
    `statement` the SQL that failed and `sqlstate` the server's code where there is one, `line` the
    line of the revision file, `traceback` the user's own frames; `of_library` says that Alembic or
    SQLAlchemy raised it by themselves, and not the migration.
    """

    type: str
    message: str
    sqlstate: str | None = None
    statement: str | None = None
    line: int | None = None
    traceback: str = ""
    of_library: bool = False


@dataclass(frozen=True, slots=True)
class Leak:
    """Session state that a step left behind: `what` is a kind (`setting`, `role`, `temporary table`,
    `advisory lock`), `name` its name, `detail` how it differs from the session before the step."""

    what: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Step:
    """One run of one revision's upgrade() or downgrade().

    `fresh` says that it ran in a process of its own, where the revision's module had not run before. `left`
    is what a step that failed has left changed in the schema.
    """

    direction: str
    seconds: float
    statements: tuple[Statement, ...] = ()
    error: StepError | None = None
    leaks: tuple[Leak, ...] = ()
    fresh: bool = False
    left: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """One revision as Alembic's script directory has it.

    `upgrade_line` and `downgrade_line` are the lines of the two `def`s (1-based), None where the
    function is missing. `irreversible` is the reason given for a marked floor, None without a mark.
    """

    revision: str
    down_revisions: tuple[str, ...]
    depends_on: tuple[str, ...]
    branch_labels: tuple[str, ...]
    doc: str
    path: str
    upgrade_line: int | None
    downgrade_line: int | None
    irreversible: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a history cannot be read (in part): a syntax error, a missing parent, a cycle ..."""

    message: str
    revision: str | None = None
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The revisions to verify, in the topological order in which they were walked.

    `independent_branches` are branch labels and revisions that the settings declare to be branches
    of their own, so that a head on each of them is meant.
    """

    revisions: tuple[RevisionInfo, ...]
    heads: tuple[str, ...]
    bases: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    independent_branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionEvidence:
    """What was seen of one revision.

    `reverted` are the differences from `before` to the moment after the downgrade, `reapplied` from
    `after` to the moment after the second upgrade; None where that moment was not reached. `skipped`
    gives the reason for a revision that was not run (to the end). `module_state` holds errors that
    came only because the revision's module had already run in the process.
    """

    revision: str
    upgrade: Step | None = None
    downgrade: Step | None = None
    reupgrade: Step | None = None
    applied: tuple[Difference, ...] | None = None
    reverted: tuple[Difference, ...] | None = None
    reapplied: tuple[Difference, ...] | None = None
    irreversible: str | None = None
    skipped: str | None = None
    works_in_company: bool = False
    module_state: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the way down: the state that `revision`'s downgrade ended in, compared with the
    state before its upgrade; only differences that this step brought."""

    revision: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class WayDown:
    """A downgrade in one go from `top` (a revision) through `levels`; `error` where it broke off, at
    `failed` (a revision)."""

    top: str
    levels: tuple[Level, ...]
    failed: str | None = None
    error: StepError | None = None


@dataclass(frozen=True, slots=True)
class Idempotence:
    """`upgrade heads` on a database at heads."""

    statements: tuple[Statement, ...]
    differences: tuple[Difference, ...]
    error: StepError | None = None


@dataclass(frozen=True, slots=True)
class OneShot:
    """The whole history in one `upgrade heads` with env.py's own transaction settings, compared with
    the state at heads that the walk reached (None where the walk did not reach it). Not `committed`: it
    left nothing at all, not even Alembic's own table."""

    differences: tuple[Difference, ...] | None
    failed: str | None = None
    error: StepError | None = None
    committed: bool = True


@dataclass(frozen=True, slots=True)
class Drift:
    """What autogenerate would still do at heads: one line of text for each operation."""

    operations: tuple[str, ...]
    error: StepError | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was recorded of one target, which `target` names (see `Target.label`), on a `dialect`.

    A pass that did not run (`data` is the walk with rows) is None, with the reason in `skipped` under the
    code of its check.
    `living` is what lies between a living database and the history, where one was compared; `schema` what the
    walk has seen at heads, where that was asked for, for the `snapshot` that is committed.
    `acknowledgements` and `baseline` are not seen by the walk: they are read from the revision files and
    from a file of known findings when the evidence is judged. `part` are all revisions that shards verify
    together.
    """

    history: History
    revisions: tuple[RevisionEvidence, ...]
    ways_down: tuple[WayDown, ...] = ()
    idempotence: Idempotence | None = None
    one_shot: OneShot | None = None
    drift: Drift | None = None
    skipped: tuple[tuple[str, str | None, str], ...] = ()
    notes: tuple[str, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()
    baseline: tuple[BaselineEntry, ...] = ()
    target: str = ""
    dialect: str = "postgresql"
    data: DataEvidence | None = None
    part: tuple[str, ...] = ()
    living: tuple[Difference, ...] | None = None
    schema: Snapshot | None = None
    snapshot: SnapshotFile | None = None
