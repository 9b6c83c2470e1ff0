"""Inside a worker process: running one job against the user's project. Records, never judges."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.util import CommandError

from migcheck.dialects.data import Data
from migcheck.errors import UsageError
from migcheck.model import Drift, History, Idempotence, Level, OneShot, StepError, WayDown
from migcheck.project import Project, session, version_table
from migcheck.project.dependencies import dependencies, touched
from migcheck.walk import drift
from migcheck.walk.jobs import (
    AtHeads,
    DataWalk,
    DataWalked,
    Descend,
    Job,
    Move,
    Moved,
    Preload,
    Probe,
    Probed,
    Result,
    SeenAtHeads,
    Shoot,
    Stamp,
    Tried,
    Try,
    Walk,
    Walked,
    apply,
)
from migcheck.walk.runner import Runner, StepFailed, Tell
from migcheck.walk.walker import Walker

_THOROUGH = 25  # after so many levels on the way down at the latest comes a thorough look
_LONG = 0.5  # seconds of a probe from which on it pays to import an application ahead


def run_job(job: Job, tell: Tell) -> Result:
    """Run any job; the answer's type belongs to the job's."""
    runner = Runner(job.place, tell)
    if isinstance(job, Probe):
        return _probe(runner, job)
    if isinstance(job, Stamp):
        _stamp(runner, job)
        return None
    if isinstance(job, Move):
        return _move(runner, job)
    if isinstance(job, (DataWalk, Try)):
        return _with_rows(runner, job)
    with runner.observing(job.look):
        if isinstance(job, Walk):
            return _walk(runner, job)
        if isinstance(job, AtHeads):
            return _at_heads(runner, job)
        if isinstance(job, Descend):
            return _descend(runner, job)
        return _shoot(runner, job)


def _walk(runner: Runner, job: Walk) -> Walked:
    data = _data(runner, job) if job.look.tables else None
    if data is None:
        return Walker(runner, job).walk()
    with data as opened:
        return Walker(runner, job, opened).walk()


def _data(runner: Runner, job: Walk | DataWalk | Try) -> AbstractContextManager[Data] | None:
    place, tables = job.place, frozenset(job.look.version_tables)
    return runner.dialect.data(place.address, place.database, tables)


def _with_rows(runner: Runner, job: DataWalk | Try) -> DataWalked | Tried:
    # Imported for a walk with rows only: the conditions of CHECKs bring a parser of SQL along.
    from migcheck.walk.data.trials import Trials
    from migcheck.walk.data.walker import DataWalker

    opened = _data(runner, job)
    assert opened is not None  # the parent starts no such job elsewhere
    with opened as data:
        if isinstance(job, DataWalk):
            return DataWalker(runner, job, data).walk()
        return Trials(runner, job, data).run()


def _probe(runner: Runner, job: Probe) -> Probed:
    history: History | None = None
    order: tuple[str, ...] = ()
    tables: list[str] = []

    def drive(heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
        nonlocal history, order
        table = version_table(runner.dialect, context)
        if table not in tables:
            tables.append(table)
        if history is None:
            history = runner.project.revisions.history()
            if not history.problems:
                order = tuple(runner.project.revisions.order(job.targets, heads))
        return ()

    known, begun = set(sys.modules), time.monotonic()
    calls = runner.project.run(drive)
    assert history is not None
    worthwhile = time.monotonic() - begun > _LONG
    preload = _preload(runner.project, known) if worthwhile else None
    project, files = runner.project, {info.revision: info.path for info in history.revisions}
    concerned = touched(files, project.env_py, job.changed or frozenset(), sys.path)
    depends = dependencies(files, project.configuration.scripts.dir, sys.path) if job.dependencies else {}
    return Probed(
        history,
        order,
        calls,
        tuple(tables),
        preload,
        project.left_out_callback,
        frozenset(concerned),
        project.env_py,
        depends,
    )


def _preload(project: Project, known: set[str]) -> Preload:
    """What env.py's run has imported: the application and its libraries, without env.py and the revisions."""
    scripts = project.configuration.scripts
    own = (scripts.dir, *map(str, scripts._version_locations))
    modules = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name not in known and file and not any(Path(file).is_relative_to(folder) for folder in own):
            modules.append(name)
    return Preload(tuple(modules), tuple(sys.path), os.getcwd(), tuple(sorted(os.environ.items())))


def _stamp(runner: Runner, job: Stamp) -> None:
    def drive(_heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
        for revision in job.revisions:
            try:
                context.stamp(runner.project.configuration.scripts, revision)
            except CommandError as error:
                raise UsageError(f"--stamp {revision}: {error}", "see `alembic history`") from error
        session.commit(context)
        return ()

    runner.project.run(drive)


def _move(runner: Runner, job: Move) -> Moved:
    try:
        if job.together:
            runner.run_together(lambda _heads: job.revisions)
        else:
            runner.run_each(job.revisions, "downgrade" if job.down else "upgrade", single=job.single)
    except StepFailed as failed:
        return Moved(failed.revision, failed.error)
    return Moved()


def _at_heads(runner: Runner, job: AtHeads) -> SeenAtHeads:
    walked = runner.snapshot()
    error: StepError | None = None
    try:
        # What env.py does after the migrations was not there while they were walked one by one. Once is fine.
        _upgrade(runner, job.targets)
        before = runner.snapshot()
        around = runner.compare(walked, before)
        # There should be no step; what env.py itself sends counts then.
        with runner.recorder.recording(runner.project.env_py):
            _upgrade(runner, job.targets)
    except StepFailed as failed:
        before, around, error = walked, (), failed.error
    found = runner.compare(before, runner.snapshot())
    idempotence = Idempotence(tuple(runner.recorder.statements), found, error)
    if error is not None:
        return SeenAtHeads(idempotence, None, "`upgrade heads` failed on the database at heads")
    return SeenAtHeads(idempotence, *_drift(runner), around)


def _upgrade(runner: Runner, targets: tuple[str, ...]) -> None:
    """`alembic upgrade TARGETS` in one run, with env.py's own transactions. Raises StepFailed."""
    runner.run_together(lambda heads: runner.project.revisions.order(targets, heads))


def _drift(runner: Runner) -> tuple[Drift | None, str | None]:
    lines: dict[str, None] = {}
    compared, failure = False, None

    def drive(_heads: Any, context: MigrationContext) -> Iterable[MigrationStep]:
        nonlocal compared, failure
        try:
            found = drift.operations(context)
        except Exception as error:  # the user's own comparison functions, or a metadata that cannot be sorted
            failure = runner.recorder.error(error, runner.project.env_py)
        else:
            compared = compared or found is not None
            lines.update(dict.fromkeys(found or ()))
        return ()

    runner.project.run(drive)
    if not compared and failure is None:
        return None, "env.py sets no target_metadata that holds tables"
    return Drift(tuple(lines), failure), None


def _descend(runner: Runner, job: Descend) -> WayDown:
    levels: list[Level] = []
    now = runner.snapshot()
    expected = job.top or now
    known = set(runner.compare(expected, now))
    looked = True

    def look(revision: str) -> None:
        nonlocal expected, known, looked
        expected = apply(expected, job.deltas[revision])
        # Each revision's own walk has looked at it thoroughly; here that is enough now and then.
        thorough = len(levels) % _THOROUGH == 0 or revision == job.revisions[-1]
        if not thorough and tuple(runner.recorder.statements) == job.foreseen.get(revision):
            levels.append(Level(revision, ()))
            looked = False
            return
        found = runner.compare(expected, runner.snapshot(brief=looked and not thorough))
        levels.append(Level(revision, tuple(d for d in found if d not in known)))
        known, looked = set(found), True

    try:
        runner.run_each(job.revisions, "downgrade", look, single=job.look.single)
    except StepFailed as failed:
        return WayDown(job.revisions[0], tuple(levels), failed.revision, failed.error)
    return WayDown(job.revisions[0], tuple(levels))


def _shoot(runner: Runner, job: Shoot) -> OneShot:
    try:
        _upgrade(runner, job.targets)
    except StepFailed as failed:
        return OneShot(None, failed.revision, failed.error)
    found = runner.compare(job.expected, runner.snapshot())
    place, tables = job.place, job.look.version_tables
    return OneShot(
        found, committed=not found or runner.dialect.has_any(place.address, place.database, tables)
    )
