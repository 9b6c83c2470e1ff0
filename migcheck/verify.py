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
from migcheck.errors import DatabaseError, GuardError, MigcheckError, ProviderError, UsageError
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
from migcheck.providers import Container, Provider, Server, automatic, provider_for
from migcheck.settings import Settings, check_codes, check_setup_files, locate_config
from migcheck.settings.alembic_config import masked, require_script_location
from migcheck.settings.own_url import own_dialect


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
    gathered = [_gather(spec, settings, config, progress) for spec in settings.database]
    evidence = _labelled(gathered)
    judgement = judge(
        evidence,
        select=settings.select,
        ignore=settings.ignore,
        severity=settings.severity,
        sources=_sources(evidence),
        independent_branches=settings.independent_branches,
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
        notes=_union(part.notes for part in evidence),
    )


Gathered = tuple[list[Evidence], Target]


def _labelled(gathered: Sequence[Gathered]) -> list[Evidence]:
    """The evidence of all databases, with what tells them apart; of one alone nothing has to be told."""
    several = len(gathered) > 1
    found = []
    for evidence, target in gathered:
        for part in evidence:
            notes, skipped = part.notes, part.skipped
            if several:
                notes = tuple(f"{target.label}: {note}" for note in notes)
                skipped = tuple((code, name, f"{reason} ({target.label})") for code, name, reason in skipped)
            found.append(
                replace(part, target=target.label, dialect=target.dialect, notes=notes, skipped=skipped)
            )
    return found


def _gather(spec: str, settings: Settings, config: Path, progress: Progress) -> Gathered:
    """The evidence of each target on the database that `spec` names.

    `auto` goes by the dialect of the project's own URL. Where env.py then asks for another one, that is
    taken; where a history asks for something that the embedded PostgreSQL was built without, a server
    installed here, or one in a container. The report says so.
    """
    dialect = own_dialect(config, settings, os.environ) or "postgresql"
    if spec != "auto":
        provider = provider_for(spec, **_wanted(settings, dialect, progress))
        return _gather_on(provider, spec, settings, config, progress)
    provider, why = automatic(**_wanted(settings, dialect, progress))
    try:
        found = _gather_on(provider, spec, settings, config, progress)
    except GuardError as error:
        if error.dialect not in _STARTABLE or error.dialect == dialect:
            raise
        provider, why = automatic(**_wanted(settings, error.dialect, progress))
        progress.note(f"env.py connects to {error.dialect}: again on that")
        found = _gather_on(provider, spec, settings, config, progress)
    if provider.name == "embedded":
        return _elsewhere_if_lacking(found, settings, config, progress)
    return _noted(found, f"verified {why}") if why else found


_STARTABLE = frozenset({"postgresql", "mysql", "mariadb", "sqlite"})


def _wanted(settings: Settings, dialect: str, progress: Progress) -> dict[str, Any]:
    container = Container(settings.image, settings.image_env, settings.image_command, settings.reuse)
    return {"dialect": dialect, "locale": settings.locale, "container": container, "progress": progress}


def _elsewhere_if_lacking(found: Gathered, settings: Settings, config: Path, progress: Progress) -> Gathered:
    """The same on another PostgreSQL where the embedded one lacks what an upgrade asked for."""
    from migcheck.providers.containers.images import image_with

    lacking = _lacking(found[0])
    if lacking is None:
        return found
    for word, where in (("local", "installed here"), ("docker", "in a container")):
        wanted = _wanted(settings, "postgresql", progress)
        if word == "docker":
            wanted["container"] = replace(wanted["container"], image=image_with(lacking))
        provider = provider_for(word, **wanted)
        if not provider.availability().available:
            continue
        progress.note(f"the embedded server lacks {lacking}; again on the one {where}")
        try:
            again = _gather_on(provider, "auto", settings, config, progress)
        except ProviderError:  # an image that cannot be had, say: then what was found stands
            continue
        if _lacking(again[0]) is None:
            return _noted(
                again,
                f"verified on the PostgreSQL {again[1].server_version} {where}: the embedded one"
                f" ({found[1].server_version}) lacks {lacking}",
            )
    return found


def _noted(found: Gathered, note: str) -> Gathered:
    return [replace(part, notes=(*part.notes, note)) for part in found[0]], found[1]


def _lacking(evidence: Sequence[Evidence]) -> str | None:
    """What the server lacks that an upgrade asked for."""
    errors = (seen.upgrade.error for part in evidence for seen in part.revisions if seen.upgrade is not None)
    lacking = (missing_from_server(error) for error in errors if error is not None)
    return next(filter(None, lacking), None)


def _gather_on(
    provider: Provider, spec: str, settings: Settings, config: Path, progress: Progress
) -> Gathered:
    from migcheck.walk.processes import Zygote

    progress.note("starting the database server")
    # The workers import Alembic and SQLAlchemy while the server starts.
    with Zygote(provider.dialect) as zygote, provider.start() as server:
        try:
            evidence = [
                _gather_target(settings, config, target, server, zygote, progress)
                for target in settings.target or (None,)
            ]
        except DatabaseError as error:
            raise _with_log(error, server) from error
        evidence = [replace(part, notes=(*part.notes, *server.notes)) for part in evidence]
        dialect = server.address.dialect
        shown = server.provider if spec == "auto" else masked(spec)
        return evidence, Target(str(config), dialect, server.version, server.provider, shown)


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
    """One result for each revision: of several targets the first that did not skip it."""
    failed = {f.revision for f in judgement.findings if _fails(f)}
    results: dict[str, RevisionResult] = {}
    for part in evidence:
        seen = {each.revision: each for each in part.revisions}
        for info in part.history.revisions:
            known = results.get(info.revision)
            if info.revision in seen and (known is None or known.status == "skipped"):
                results[info.revision] = _result(info, seen[info.revision], info.revision in failed)
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
