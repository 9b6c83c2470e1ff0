"""The use case of `migcheck drift`: a living database, compared with what its history makes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path
from typing import Any

from migcheck.checks import exit_code, judge
from migcheck.compare import differences
from migcheck.compare.environment import is_of_environment
from migcheck.databases import Databases, starting
from migcheck.dialects import dialect_of
from migcheck.errors import DatabaseError, ProviderError, UsageError
from migcheck.living import Living, opened
from migcheck.model import Difference, Evidence, Report, Target
from migcheck.model.snapshot import major_version
from migcheck.progress import Progress
from migcheck.providers import Server, provider_for
from migcheck.settings import Settings, locate_config


def drift(
    url: str | PathLike[str] | None = None,
    *,
    against: str,
    exclude: Sequence[str] = (),
    privileges: bool = False,
    settings: Settings | None = None,
    progress: Progress | None = None,
    **fields: Any,
) -> Report:
    """Compare the living database `against` (a URL) with what the history makes at its revision.

    It is only read: in read-only sessions with limits of time. The history is applied to a disposable
    database, on a server of the same major version where one can be had. `url` and `fields` are those of
    `verify`. `exclude` are patterns (`public.celery_*`) of names of objects to leave out. Owners, privileges
    and roles are compared only with `privileges`: they belong to an environment more often than to a history.

    Returns a Report whose findings are MC402. Raises MigcheckError where one of the two cannot be read.
    """
    if settings is not None and (fields or url is not None):
        raise UsageError("drift() takes either settings or their fields, not both")
    chosen = settings or Settings(url=None if url is None else os.fspath(url), **fields)
    watcher = progress or Progress()
    started, clock = datetime.now(timezone.utc), time.monotonic()
    try:
        with opened(against) as there:
            watcher.note("starting the database server")
            server_of = _like(chosen, there.address.dialect, there.version())
            with server_of as server, Databases(settings=chosen, server=server) as databases:
                watcher.note(f"reading {there.place}")
                living = there.read(databases.version_tables)
                watcher.note(f"making what the history makes at {', '.join(living.stamp)}")
                found = _compared(databases, living)
    finally:
        watcher.done()
    kept, left_out = _sorted_out(found, exclude, privileges)
    evidence = Evidence(databases.history.history, (), living=kept, dialect=living.dialect)
    judgement = judge(evidence, select=("MC402",), severity=chosen.severity)
    config = locate_config(chosen.url, Path.cwd(), os.environ)
    return Report(
        targets=(Target(str(config), living.dialect, server.version, server.provider),),
        heads=living.stamp,
        bases=(),
        revisions=(),
        findings=judgement.findings,
        suppressed=judgement.suppressed,
        skipped=(),
        started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=round(time.monotonic() - clock, 3),
        exit_code=exit_code(judgement.findings, chosen.fail_on),
        notes=tuple(_notes(living, server, left_out)),
        compared=f"{living.place} ({dialect_of(living.dialect).title} {living.version})",
    )


def _compared(databases: Databases, living: Living) -> tuple[Difference, ...]:
    """What lies between the living database and the one that the history makes."""
    for revision in living.stamp:
        if revision not in databases.history.order:
            raise UsageError(
                f"{living.place} is stamped with {revision}, and there is no such revision here",
                "is it of another branch, or is this checkout older than what was deployed?",
            )
    made = databases.at(*living.stamp)
    observer = dialect_of(living.dialect).observer(
        databases.address, made.name, frozenset(databases.version_tables)
    )
    with observer as looking:
        expected = looking.snapshot()
        found = differences(living.schema, expected)
        return looking.settle(living.schema, expected, found)


def _sorted_out(
    found: Iterable[Difference], exclude: Sequence[str], privileges: bool
) -> tuple[tuple[Difference, ...], dict[str, int]]:
    kept, left_out = [], {"of owners, privileges and roles": 0, "by --exclude": 0}
    for difference in found:
        if any(_names(pattern, difference.name) for pattern in exclude):
            left_out["by --exclude"] += 1
        elif not privileges and is_of_environment(difference):
            left_out["of owners, privileges and roles"] += 1
        else:
            kept.append(difference)
    return tuple(kept), left_out


def _names(pattern: str, name: str) -> bool:
    """Whether `pattern` means the object, or one that it belongs to: `public.t` has all of that table."""
    return fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern}.*")


def _notes(living: Living, server: Server, left_out: dict[str, int]) -> Iterable[str]:
    if major_version(living.dialect, living.version) != major_version(living.dialect, server.version):
        yield (
            f"compared with a server of another version ({server.version}, and it is {living.version} there):"
            " what they write in other words may seem to differ; --database names another one"
        )
    for what, number in left_out.items():
        if number:
            more = "; --privileges compares them" if "owners" in what else ""
            yield f"{number} differences {what} were left out{more}"


def _like(settings: Settings, dialect: str, version: str) -> AbstractContextManager[Server]:
    """A server like the living one: of its major version where `auto` may choose, and one can be had."""
    if settings.database[0] != "auto" or dialect != "postgresql":
        return starting(settings, dialect)
    major = major_version(dialect, version)
    for spec in (f"embedded:{major}", f"local:{major}", f"docker:postgres:{major}"):
        try:
            if provider_for(spec).availability().available:
                return starting(replace(settings, database=(spec,)), dialect)
        except (ProviderError, UsageError, DatabaseError):
            continue
    return starting(settings, dialect)
