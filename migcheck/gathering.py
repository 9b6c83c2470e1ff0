"""From the settings to the evidence: on which database, and what was seen there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from migcheck.cache.kept import Kept
from migcheck.checks.causes import missing_from_server
from migcheck.dialects import dialect_of
from migcheck.errors import DatabaseError, GuardError, MigcheckError, ProviderError
from migcheck.model import Evidence, ProjectSpec, Target
from migcheck.progress import Progress
from migcheck.providers import Container, Provider, Server, automatic, provider_for
from migcheck.seeding.own import SeedingSpec
from migcheck.settings import Settings
from migcheck.settings.alembic_config import masked
from migcheck.settings.own_url import own_dialect

Gathered = tuple[list[Evidence], Target]
"""The evidence of each `--target` on one database, and what that was."""

_STARTABLE = frozenset({"postgresql", "mysql", "mariadb", "sqlite"})


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be verified: the project's config file, by which settings, with which rows; only what the
    files that have `changed` concern, where they are given."""

    settings: Settings
    config: Path
    seeding: SeedingSpec
    changed: frozenset[str] | None = None


def labelled(gathered: Sequence[Gathered]) -> list[Evidence]:
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


def gather_on(spec: str, task: Task, progress: Progress) -> Gathered:
    """The evidence of each target on the database that `spec` names."""
    settings = task.settings
    own = own_dialect(task.config, settings, os.environ)
    if spec == "auto":
        found, own = _gather_automatically(own or "postgresql", task, progress)
    else:
        provider = provider_for(spec, **wanted(settings, own or "postgresql", progress))
        found = _gather_from(provider, spec, task, progress)
    verified_on = dialect_of(found[1].dialect)
    if own is None or own in verified_on.family:
        return found
    return _noted(
        found,
        f"the project's own URL is for {own}, and it was verified on {verified_on.title}: a weaker proof,"
        " since what the two do with the same migration may differ",
    )


def _gather_automatically(dialect: str, task: Task, progress: Progress) -> tuple[Gathered, str]:
    """The evidence on what `auto` is, and the dialect of the project's own URL: `dialect` to begin with.

    Where env.py then asks for another one, that is taken; where a history asks for something that the
    embedded PostgreSQL was built without, a server installed here, or one in a container. The report says so.
    """
    provider, why = automatic(**wanted(task.settings, dialect, progress))
    try:
        found = _gather_from(provider, "auto", task, progress)
    except GuardError as error:
        if error.dialect not in _STARTABLE or error.dialect == dialect:
            raise
        dialect = error.dialect
        provider, why = automatic(**wanted(task.settings, dialect, progress))
        progress.note(f"env.py connects to {dialect}: again on that")
        found = _gather_from(provider, "auto", task, progress)
    if provider.name == "embedded":
        return _elsewhere_if_lacking(found, task, progress), dialect
    return _noted(found, f"verified {why}") if why else found, dialect


def wanted(settings: Settings, dialect: str, progress: Progress) -> dict[str, Any]:
    """What the settings ask of a provider, as `provider_for` and `automatic` take it."""
    container = Container(settings.image, settings.image_env, settings.image_command, settings.reuse)
    return {"dialect": dialect, "locale": settings.locale, "container": container, "progress": progress}


def _elsewhere_if_lacking(found: Gathered, task: Task, progress: Progress) -> Gathered:
    """The same on another PostgreSQL where the embedded one lacks what an upgrade asked for."""
    from migcheck.providers.containers.images import image_with

    lacking = _lacking(found[0])
    if lacking is None:
        return found
    for word, where in (("local", "installed here"), ("docker", "in a container")):
        choice = wanted(task.settings, "postgresql", progress)
        if word == "docker":
            choice["container"] = replace(choice["container"], image=image_with(lacking))
        provider = provider_for(word, **choice)
        if not provider.availability().available:
            continue
        progress.note(f"the embedded server lacks {lacking}; again on the one {where}")
        try:
            again = _gather_from(provider, "auto", task, progress)
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


def _gather_from(provider: Provider, spec: str, task: Task, progress: Progress) -> Gathered:
    from migcheck.walk.processes import Zygote

    progress.note("starting the database server")
    # The workers import Alembic and SQLAlchemy while the server starts.
    rows, kept = bool(task.seeding.rows), Kept(provider, task.settings, task.config, progress)
    with Zygote(provider.dialect, rows=rows) as zygote, kept.server() as server:
        dialect = server.address.dialect
        shown = server.provider if spec == "auto" else masked(spec)
        target = Target(str(task.config), dialect, server.version, server.provider, shown)
        progress.server(target)
        try:
            evidence = [
                _gather_target(task, wanted, server, kept, zygote, progress)
                for wanted in task.settings.target or (None,)
            ]
        except DatabaseError as error:
            raise _with_log(error, server) from error
    notes = (*server.notes, *kept.notes)
    return [replace(part, notes=(*part.notes, *notes)) for part in evidence], target


def _gather_target(
    task: Task, target: str | None, server: Server, kept: Kept, zygote: Any, progress: Progress
) -> Evidence:
    from migcheck.walk.ahead import processors
    from migcheck.walk.gather import Wish, gather
    from migcheck.walk.plan import Part, Shard

    settings = task.settings
    wish = Wish(
        ProjectSpec(str(task.config), settings.name, settings.x, settings.env, settings.url_env),
        () if target is None else (target,),
        Part(settings.revisions, settings.last, settings.since),
        task.changed,
        settings.setup,
        settings.stamp,
        settings.step_timeout,
        task.seeding,
        settings.jobs or processors(),
        kept.restored,
        kept.keep,
        settings.paranoid,
        Shard(*(settings.shard_numbers or (1, 1))),
        settings.check_snapshot is not None,
    )
    return gather(wish, server.address, server.run, zygote, progress)


def _with_log(error: DatabaseError, server: Server) -> MigcheckError:
    """The same error with the last lines of the server's log, where they can be seen."""
    log = server.log_tail()
    details = "\n".join(filter(None, (error.details, f"The server's log ends:\n{log}" if log else "")))
    return DatabaseError(error.message, error.hint, details or None)
