"""The use case: settings in, report out."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from os import PathLike
from pathlib import Path
from typing import Any

from migcheck.checks import CHECKS, Judgement, exit_code, judge
from migcheck.checks.causes import missing_from_server
from migcheck.errors import DatabaseError, MigcheckError, UsageError
from migcheck.model import (
    Evidence,
    Finding,
    ProjectSpec,
    Report,
    RevisionEvidence,
    RevisionInfo,
    RevisionResult,
    Severity,
    Target,
)
from migcheck.progress import Progress, Silent
from migcheck.providers import Server, provider_for
from migcheck.settings import Settings, check_codes, check_setup_files, locate_config
from migcheck.settings.alembic_config import require_script_location


def verify(
    url: str | PathLike[str] | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    **fields: Any,
) -> Report:
    """Prove every revision of an Alembic project on a real, disposable database.

    `url` is the project as in `migcheck verify --url`: an alembic.ini, a pyproject.toml with
    [tool.alembic], or the folder of one; None looks in the working directory. `fields` are fields of
    `Settings` (`database="local"`, `fail_on="warning"` ...); or give a whole `settings` instead. The
    user's code runs in processes of its own, so nothing of it stays in this one.

    Returns the Report; what is wrong with migrations is in its findings, never an exception. Raises
    MigcheckError when migcheck could not verify (UsageError for wrong arguments or configuration).

        report = verify("alembic.ini", fail_on="warning")
        assert report.ok, report.findings
    """
    if settings is not None and (fields or url is not None):
        raise UsageError("verify() takes either settings or their fields, not both")
    chosen = settings or Settings(url=None if url is None else os.fspath(url), **fields)
    watcher = progress or Silent()
    try:
        return _verify(chosen, watcher)
    finally:
        watcher.done()


def _verify(settings: Settings, progress: Progress) -> Report:
    cwd = Path.cwd()
    check_codes(settings, {check.code: check.name for check in CHECKS})
    config = locate_config(settings.url, cwd, os.environ)
    require_script_location(config, settings.name)
    check_setup_files(settings, cwd)
    started, clock = datetime.now(timezone.utc), time.monotonic()
    evidence, server_version, provider = _gather(settings, config, progress)
    judgement = judge(
        evidence,
        select=settings.select,
        ignore=settings.ignore,
        severity=settings.severity,
        sources=_sources(evidence),
        independent_branches=settings.independent_branches,
    )
    return Report(
        target=Target(str(config), "postgresql", server_version, provider),
        heads=_union(part.history.heads for part in evidence),
        bases=_union(part.history.bases for part in evidence),
        revisions=_results(evidence, judgement),
        findings=judgement.findings,
        suppressed=judgement.suppressed,
        skipped=judgement.skipped,
        started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=round(time.monotonic() - clock, 3),
        exit_code=exit_code(judgement.findings, settings.fail_on),
        notes=_union(part.notes for part in evidence),
    )


def _gather(settings: Settings, config: Path, progress: Progress) -> tuple[list[Evidence], str, str]:
    """The evidence of each target, the server's version and the name of its provider.

    `auto` is the embedded server; where a history asks for something that this one was built without, and
    a server installed here could have it, that one is taken instead, and the report says so.
    """
    found = _gather_on(settings.database, settings, config, progress)
    lacking = _lacking(found[0]) if settings.database == "auto" else None
    if lacking is None or not provider_for("local").availability().available:
        return found
    progress.note(f"the embedded server lacks {lacking}; again on the one installed here")
    evidence, version, provider = _gather_on("local", settings, config, progress)
    if _lacking(evidence) is not None:
        return found
    note = (
        f"verified on the PostgreSQL {version} installed here: the embedded one ({found[1]}) lacks {lacking}"
    )
    return [replace(part, notes=(*part.notes, note)) for part in evidence], version, provider


def _lacking(evidence: Sequence[Evidence]) -> str | None:
    """What the server lacks that an upgrade asked for."""
    errors = (seen.upgrade.error for part in evidence for seen in part.revisions if seen.upgrade is not None)
    lacking = (missing_from_server(error) for error in errors if error is not None)
    return next(filter(None, lacking), None)


def _gather_on(
    database: str, settings: Settings, config: Path, progress: Progress
) -> tuple[list[Evidence], str, str]:
    from migcheck.walk.processes import Zygote

    progress.note("starting the database server")
    # The workers import Alembic and SQLAlchemy while the server starts.
    with Zygote() as zygote, provider_for(database, locale=settings.locale).start() as server:
        try:
            evidence = [
                _gather_target(settings, config, target, server, zygote, progress)
                for target in settings.target or (None,)
            ]
        except DatabaseError as error:
            raise _with_log(error, server) from error
        return evidence, server.version, server.provider


def _gather_target(
    settings: Settings, config: Path, target: str | None, server: Server, zygote: Any, progress: Progress
) -> Evidence:
    from migcheck.walk.gather import Wish, gather

    wish = Wish(
        ProjectSpec(str(config), settings.name, settings.x, settings.env, settings.url_env),
        () if target is None else (target,),
        settings.revisions,
        settings.setup,
        settings.stamp,
        settings.step_timeout,
    )
    return gather(wish, server.address, server.run, zygote, progress)


def _with_log(error: DatabaseError, server: Server) -> MigcheckError:
    """The same error with the last lines of the server's log, where they can be seen."""
    log = server.log_tail()
    details = "\n".join(filter(None, (error.details, f"The server's log ends:\n{log}" if log else "")))
    return DatabaseError(error.message, error.hint, details or None)


def _sources(evidence: Sequence[Evidence]) -> dict[str, str]:
    """The text of every revision file that could be loaded."""
    paths = {info.path for part in evidence for info in part.history.revisions}
    return {path: Path(path).read_text(errors="replace") for path in sorted(paths) if path.endswith(".py")}


def _union(parts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))


def _results(evidence: Sequence[Evidence], judgement: Judgement) -> tuple[RevisionResult, ...]:
    """One result for each revision; one that several targets share is shown with its first walk."""
    failed = {f.revision for f in judgement.findings if _fails(f)}
    results: dict[str, RevisionResult] = {}
    for part in evidence:
        seen = {each.revision: each for each in part.revisions}
        for info in part.history.revisions:
            if info.revision in seen:
                results.setdefault(info.revision, _result(info, seen[info.revision], info.revision in failed))
    return tuple(results.values())


def _fails(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO


def _result(info: RevisionInfo, seen: RevisionEvidence, failed: bool) -> RevisionResult:
    steps = {"upgrade": seen.upgrade, "downgrade": seen.downgrade, "reupgrade": seen.reupgrade}
    status = "failed" if failed else "skipped" if seen.skipped is not None else "passed"
    return RevisionResult(
        info,
        status,
        seen.skipped if status == "skipped" else None,
        tuple((name, round(step.seconds, 6)) for name, step in steps.items() if step is not None),
        tuple((name, len(step.statements)) for name, step in steps.items() if step and name != "reupgrade"),
    )
