"""What the parent asks a worker process to do, and what comes back: plain data that survives pickling.

Each job runs in a process of its own, in which no user code ran before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from migcheck.model import (
    Difference,
    Drift,
    History,
    Idempotence,
    ObjectKey,
    OneShot,
    ProjectSpec,
    RevisionEvidence,
    ServerAddress,
    Snapshot,
    Statement,
    StepError,
    WayDown,
)
from migcheck.model.data import Contents, RevisionData, Trial, Unseeded
from migcheck.model.tables import Constraint, TableName, Tables
from migcheck.seeding.own import SeedingSpec

Delta = Mapping[ObjectKey, "str | None"]
"""What leads from one snapshot to another: the value of each object that differs, None for one gone."""


def delta(before: Snapshot, after: Snapshot) -> Delta:
    """What leads from `before` to `after`."""
    old, new = before.objects, after.objects
    changed: dict[ObjectKey, str | None] = {key: value for key, value in new.items() if old.get(key) != value}
    changed.update(dict.fromkeys(old.keys() - new.keys()))
    return changed


def apply(snapshot: Snapshot, changes: Delta) -> Snapshot:
    """The snapshot that `changes` lead to from `snapshot`."""
    objects = dict(snapshot.objects)
    for key, value in changes.items():
        if value is None:
            objects.pop(key, None)
        else:
            objects[key] = value
    return Snapshot(objects)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job runs: the project, on one database that carries `marker`."""

    project: ProjectSpec
    address: ServerAddress
    database: str
    marker: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Run env.py once without any step: load the history, see how env.py migrates, and which revisions
    depend on files that have `changed`; with `dependencies`, on which files each of them does."""

    place: Place
    targets: tuple[str, ...] = ()
    changed: frozenset[str] | None = None
    dependencies: bool = False


@dataclass(frozen=True, slots=True)
class Preload:
    """Import `modules` in the zygote itself, so that no later job has to: an application can take seconds.

    `path` is the sys.path, `folder` the working directory and `environ` the environment in which a probe
    has imported them.
    """

    modules: tuple[str, ...]
    path: tuple[str, ...]
    folder: str
    environ: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Probed:
    """`order` is what `upgrade TARGETS` would run; `calls` how often env.py calls run_migrations;
    `version_tables` the tables in which Alembic keeps its state, as snapshots name them; `preload` what took
    long to import, None where it's not worth the while; `callback` whether env.py has an on_version_apply,
    which is never called; `touched` the revisions that changed files concern; `env_py` the path of env.py;
    `dependencies` the files on which each revision depends, where they were asked for."""

    history: History
    order: tuple[str, ...]
    calls: int
    version_tables: tuple[str, ...]
    preload: Preload | None
    callback: bool
    touched: frozenset[str] = frozenset()
    env_py: str = ""
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """`alembic stamp REVISIONS`."""

    place: Place
    revisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Upgrade through `revisions` without looking, or downgrade through them (`down`): one by one, each
    committed by itself; or `together` in one run with env.py's own transaction settings, which is for
    upgrades; or in a run of env.py each (`single`)."""

    place: Place
    revisions: tuple[str, ...]
    together: bool = False
    single: bool = False
    down: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a `Move` broke off, None when it reached its end."""

    failed: str | None = None
    error: StepError | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How a job sees the schema: what is left out of snapshots, and whether env.py has to be run once
    for each step (`single`) because it calls run_migrations several times. With `tables`, the tables after an
    upgrade that could concern rows are told too; with `paranoid`, snapshots are compared with full ones."""

    version_tables: tuple[str, ...]
    single: bool = False
    tables: bool = False
    paranoid: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """Run `tasks`, pairs of a revision and a phase (`upgrade`, `downgrade`, `reupgrade`), and look after
    each. Breaks off after the first task that gives reason to suspect its revision.

    `before` and `after` are the snapshots of the first task's revision when its earlier phases ran in
    another process.
    """

    place: Place
    look: Look
    tasks: tuple[tuple[str, str], ...]
    before: Snapshot | None = None
    after: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Walked:
    """How a `Walk` ended: evidence of revisions that were not walked to their end (the suspect), and the
    snapshots around the last revision. Complete revisions are told of as they come (see `runner.Tell`).
    `targets` are the tables after the suspect's upgrade, where they were asked for."""

    revisions: tuple[RevisionEvidence, ...]
    suspect: str | None
    before: Snapshot
    after: Snapshot | None
    now: Snapshot
    targets: Mapping[str, Tables] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AtHeads:
    """On a database at heads: upgrade again, then ask autogenerate what the models lack."""

    place: Place
    look: Look
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenAtHeads:
    """Evidence of `AtHeads`; `no_drift` says why models were not compared, `around` is what env.py itself did
    to the schema the first time."""

    idempotence: Idempotence
    drift: Drift | None
    no_drift: str | None
    around: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Descend:
    """Downgrade `revisions` (given in the order of the way down) in one run of env.py, comparing each
    level with the state before that revision's upgrade, which `deltas` lead back to from `top` (None: from
    the state in which the database stands).

    `foreseen` are the statements of downgrades that are known to lead there: the same ones need no look.
    """

    place: Place
    look: Look
    revisions: tuple[str, ...]
    top: Snapshot | None
    deltas: Mapping[str, Delta]
    foreseen: Mapping[str, tuple[Statement, ...]]


@dataclass(frozen=True, slots=True)
class Shoot:
    """`alembic upgrade TARGETS` on a fresh database, in one run with env.py's own settings."""

    place: Place
    look: Look
    targets: tuple[str, ...]
    expected: Snapshot


@dataclass(frozen=True, slots=True)
class Moment:
    """The tables and their rows at one moment of a data walk."""

    tables: Tables
    contents: Contents


@dataclass(frozen=True, slots=True)
class DataWalk:
    """Run `tasks` on a database with rows, as in `Walk`, and compare the rows after each.

    Rows are put in before each upgrade: those of the first revision only when there is something to `sow`
    (else `unseeded` says which tables it did not reach), and those of `sow_next` at the end. `sown` are the
    tables as they were when they last got rows. `targets` are the tables to which upgrades lead that could
    concern rows: what breaks them is removed before, and for the revisions `in_place` hostile rows are tried,
    in transactions that are taken back. `moves` are the (revision, direction) that read or write rows. The
    downgrades of revisions that are `exact` lead to just the tables that were there before. What `remove`
    names is deleted first. At heads (`last`) every constraint is checked.
    """

    place: Place
    look: Look
    seeding: SeedingSpec
    tasks: tuple[tuple[str, str], ...]
    sow: bool = True
    sow_next: str | None = None
    sown: Tables = field(default_factory=dict)
    unseeded: tuple[Unseeded, ...] = ()
    targets: Mapping[str, Tables] = field(default_factory=dict)
    in_place: frozenset[str] = frozenset()
    moves: frozenset[tuple[str, str]] = frozenset()
    exact: frozenset[str] = frozenset()
    remove: tuple[tuple[TableName, Constraint], ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class DataWalked:
    """How a `DataWalk` ended: what was seen of each revision, and the moments of the last one.

    `suspect` is the one that spoilt the database, or whose hostile rows cannot be tried in place: then its
    upgrade has not been run. `unseeded` belongs to `sow_next`. `filled` are the columns, as (table, column),
    that the user's factories could fill.
    """

    revisions: tuple[RevisionData, ...]
    suspect: str | None
    sown: Tables
    unseeded: tuple[Unseeded, ...]
    before: Moment | None
    after: Moment | None
    reverted: Moment | None
    now: Moment | None
    filled: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Try:
    """Put rows in that the schema on one side of a revision takes and the other does not, and run the steps,
    on a database that stands before its upgrade, with rows.

    `before` and `after` are the tables around the upgrade. `chosen` are (direction, number) of single hostile
    rows; without it all are tried in company. Without a way down (`down`) only the upgrade is. `moves` are
    the directions in which rows are read or written.
    """

    place: Place
    look: Look
    seeding: SeedingSpec
    revision: str
    before: Tables
    after: Tables
    down: bool
    moves: frozenset[str] = frozenset()
    chosen: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a `Try` showed; `again` are the rows to try each by itself, because a step failed on them in
    company."""

    trials: tuple[Trial, ...]
    again: tuple[tuple[str, int], ...] = ()


Job = Probe | Stamp | Move | Walk | AtHeads | Descend | Shoot | DataWalk | Try
Result = Probed | Moved | Walked | SeenAtHeads | WayDown | OneShot | DataWalked | Tried | None
