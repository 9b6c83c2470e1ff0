"""The use case: settings in, report out."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from migcheck import __version__
from migcheck.baseline import expired, read_baseline
from migcheck.checks import Judgement, catalogue, exit_code, judge_with
from migcheck.errors import MigcheckError, UsageError
from migcheck.gathering import Task, gather_on, labelled
from migcheck.model import (
    Evidence,
    Finding,
    Report,
    RevisionEvidence,
    RevisionInfo,
    RevisionResult,
    Severity,
    SnapshotFile,
    Step,
    Target,
)
from migcheck.model.data import RevisionData
from migcheck.model.report import first_differences, first_statements, whole_of
from migcheck.plugins import load_plugins
from migcheck.progress import Progress, Watched
from migcheck.providers import check_databases
from migcheck.seeding.files import own_rows
from migcheck.seeding.own import OwnRows, SeedingSpec
from migcheck.settings import Settings, check_codes, check_setup_files, locate_config
from migcheck.settings.alembic_config import require_script_location
from migcheck.settings.since import changed_files
from migcheck.snapshots import read, text_of


def verify(
    url: str | PathLike[str] | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    before_revision_data: Mapping[str, Any] | None = None,
    at_revision_data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Report:
    """Prove every revision of an Alembic project on a real, disposable database.

    `url` is the project as in `migcheck verify --url`: an alembic.ini, a pyproject.toml with
    [tool.alembic], or the folder of one; None looks in the working directory. `fields` are fields of
    `Settings` (`database="local"`, `fail_on="warning"` ...); or give a whole `settings` instead.
    `before_revision_data` and `at_revision_data` are rows of your own in pytest-alembic's form, by revision:
    a mapping of columns and values with `__tablename__`, or a list of them; they are put in before the
    revision's upgrade, or after it. The
    user's code runs in processes of its own, so nothing of it stays in this one. `progress` is told how the
    run goes on. Plugins are loaded first, see `migcheck.check` and `migcheck.provider`.

    Returns the Report; what is wrong with migrations is in its findings, never an exception. Raises
    MigcheckError when migcheck could not verify (UsageError for wrong arguments or configuration).

        report = verify("alembic.ini", fail_on="warning")
        assert report.ok, report.findings
    """
    if settings is not None and (fields or url is not None):
        raise UsageError("verify() takes either settings or their fields, not both")
    chosen = settings or Settings(url=None if url is None else os.fspath(url), **fields)
    watched = Watched(progress or Progress())
    rows = before_revision_data, at_revision_data
    try:
        if chosen.executor != "local":
            report = _verify_elsewhere(chosen, watched, *rows)
        else:
            report = _verify(chosen, watched, *rows)
    finally:
        watched.done()
    return replace(report, notes=(*report.notes, *watched.notes))


def _verify_elsewhere(
    settings: Settings,
    progress: Progress,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Report:
    """The same on a cluster, whose workers see the same files in the same folders."""
    from migcheck.cluster import on_cluster
    from migcheck.merging import merged

    if settings.shard is not None:
        raise UsageError(
            "--executor makes shards of its own: --shard is for jobs without one", "give one of them"
        )
    cwd = Path.cwd()
    config = locate_config(settings.url, cwd, os.environ)
    for_workers = replace(
        settings,
        url=str(config),
        setup=tuple(str(cwd / path) for path in settings.setup),
        seeds=None if settings.seeds is None else str(cwd / settings.seeds),
        cache_dir=None if settings.cache_dir is None else str(cwd / settings.cache_dir),
        baseline=None if settings.baseline is None else str(cwd / settings.baseline),
        check_snapshot=None if settings.check_snapshot is None else str(cwd / settings.check_snapshot),
        executor="local",
        jobs=1,
    )
    load_plugins(settings, cwd)
    codes = tuple(check.code for check in catalogue())
    task = partial(_verify_shard, __version__, codes, for_workers, before, after)
    reports = on_cluster(settings.executor, task, settings.jobs, progress)
    return merged(reports, [f"shard {number}" for number in range(1, len(reports) + 1)])


def _verify_shard(
    version: str,
    codes: Sequence[str],
    settings: Settings,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    number: int,
    of: int,
) -> Report | MigcheckError:
    """On a worker: verify a shard, for a client of the same `version` that knows the checks `codes`."""
    try:
        if version != __version__:
            raise UsageError(
                f"a Dask worker has migcheck {__version__}, and this is {version}", "install the same on all"
            )
        if not Path(str(settings.url)).exists():
            raise UsageError(
                f"a Dask worker ({platform.node()}) does not see {settings.url}",
                "the project must be in the same folder on all machines, as on a shared file system",
            )
        load_plugins(settings, Path.cwd())
        lacking = sorted({*codes} - {check.code for check in catalogue()})
        if lacking:
            raise UsageError(
                f"a Dask worker ({platform.node()}) does not know the check {lacking[0]}",
                "install what brings it there too, or name its module in the setting plugins",
            )
        return _verify(replace(settings, shard=f"{number}/{of}"), Progress(), before, after)
    except MigcheckError as error:
        return error


def _verify(
    settings: Settings,
    progress: Progress,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Report:
    cwd = Path.cwd()
    load_plugins(settings, cwd)
    checks = catalogue()
    check_codes(settings, {check.code: check.name for check in checks})
    check_databases(settings.database)
    config = locate_config(settings.url, cwd, os.environ)
    require_script_location(config, settings.name)
    check_setup_files(settings, cwd)
    seeding = _seeding(settings, own_rows(settings.seeds, config, before, after))
    baseline = () if settings.baseline is None else read_baseline(cwd / settings.baseline)
    snapshot = None if settings.check_snapshot is None else read(cwd / settings.check_snapshot)
    changed = None if settings.since is None else changed_files(settings.since, config.parent)
    task = Task(settings, config, seeding, changed)
    started, clock = datetime.now(timezone.utc), time.monotonic()
    gathered = [gather_on(spec, task, progress) for spec in settings.database]
    evidence = labelled(gathered)
    if snapshot is not None:
        targets = [target for parts, target in gathered for _ in parts]
        evidence = [_with_snapshot(*each, snapshot) for each in zip(evidence, targets, strict=True)]
    today = datetime.now().astimezone().date().isoformat()
    judgement = judge_with(
        checks,
        evidence,
        select=settings.select,
        ignore=settings.ignore,
        severity=settings.severity,
        sources=_sources(evidence),
        independent_branches=settings.independent_branches,
        baseline=baseline,
        today=today,
        whole=settings.verifies_all,
    )
    return Report(
        targets=tuple(target for _, target in gathered),
        heads=_union(part.history.heads for part in evidence),
        bases=_union(part.history.bases for part in evidence),
        revisions=_results(evidence, judgement),
        findings=judgement.findings,
        suppressed=judgement.suppressed,
        skipped=judgement.skipped,
        started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=round(time.monotonic() - clock, 3),
        exit_code=exit_code(judgement.findings, settings.fail_on),
        notes=(*_union(part.notes for part in evidence), *expired(baseline, judgement.findings, today)),
        shard=settings.shard_numbers,
        whole=whole_of(part.part for part in evidence) if settings.shard else "",
    )


def _with_snapshot(part: Evidence, target: Target, snapshot: SnapshotFile) -> Evidence:
    """The evidence with the committed file, and with what that should be."""
    if part.schema is None:
        why = "the walk did not get to the heads"
        return replace(part, skipped=(*part.skipped, ("MC403", None, why)))
    made = text_of(part.schema, target.dialect, target.server_version, part.history.heads)
    return replace(part, schema=None, snapshot=replace(snapshot, made=made))


def _seeding(settings: Settings, own: OwnRows) -> SeedingSpec:
    """The rows to put in: none where no check is selected that would judge them."""
    judged = not settings.select or any(
        check.needs == "data" and check.code.startswith(chosen.upper())
        for check in catalogue()
        for chosen in settings.select
    )
    return SeedingSpec(settings.seed_rows, settings.random_seed, own) if judged else SeedingSpec()


def _sources(evidence: Sequence[Evidence]) -> dict[str, str]:
    """The text of every revision file that could be loaded."""
    paths = {info.path for part in evidence for info in part.history.revisions}
    return {path: Path(path).read_text(errors="replace") for path in sorted(paths) if path.endswith(".py")}


def _union(parts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))


def _results(evidence: Sequence[Evidence], judgement: Judgement) -> tuple[RevisionResult, ...]:
    """One result for each revision: of several targets the first that did not skip it."""
    failed = {f.revision for f in judgement.findings if _fails(f)}
    results: dict[str, RevisionResult] = {}
    for part in evidence:
        seen = {each.revision: each for each in part.revisions}
        rows = {each.revision: each for each in part.data.revisions} if part.data else {}
        for info in part.history.revisions:
            known = results.get(info.revision)
            if info.revision in seen and (known is None or known.status == "skipped"):
                results[info.revision] = _result(
                    info, seen[info.revision], info.revision in failed, rows.get(info.revision)
                )
    return tuple(results.values())


def _fails(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO


def _result(
    info: RevisionInfo, seen: RevisionEvidence, failed: bool, on_rows: RevisionData | None
) -> RevisionResult:
    status = "failed" if failed else "skipped" if seen.skipped is not None else "passed"
    return RevisionResult(
        info,
        status,
        seen.skipped if status == "skipped" else None,
        _seconds(seen),
        tuple((name, len(step.statements)) for name, step in _steps(seen, "upgrade downgrade")),
        on_rows.seeded if on_rows is not None else 0,
        _seconds(on_rows) if on_rows is not None else (),
        tuple((name, first_statements(step.statements)) for name, step in _steps(seen, "upgrade downgrade")),
        None if seen.applied is None else first_differences(seen.applied),
        len(seen.applied or ()),
    )


def _steps(
    seen: RevisionEvidence | RevisionData, names: str = "upgrade downgrade reupgrade"
) -> Iterator[tuple[str, Step]]:
    for name in names.split():
        step: Step | None = getattr(seen, name)
        if step is not None:
            yield name, step


def _seconds(seen: RevisionEvidence | RevisionData) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(step.seconds, 6)) for name, step in _steps(seen))
