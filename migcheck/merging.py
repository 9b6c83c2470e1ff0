"""Reports of shards become the report of a run in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from migcheck.errors import UsageError
from migcheck.model import Finding, Report, Skip, Suppressed
from migcheck.model.report import left_to_the_last

Item = TypeVar("Item")


def merged(reports: Sequence[Report], names: Sequence[str] = ()) -> Report:
    """One report of the reports of all shards, which come in any order; `names` tell them apart in messages
    (without them, their numbers do).

    It is the report of a run in one place, but for moments and seconds: those are of the first begin, and of
    all the work together. Raises UsageError where they are not all shards of one run.
    """
    if not reports:
        raise UsageError("there is no report to merge", "give those of all shards")
    numbers = [f"report {number}" for number in range(1, len(reports) + 1)]
    ordered = _ordered(reports, names or numbers)
    findings = _unique((f for report in ordered for f in report.findings), _of_finding)
    suppressed = _unique((s for report in ordered for s in report.suppressed), _of_suppressed)
    return replace(
        ordered[-1],
        revisions=_unique((r for report in ordered for r in report.revisions), lambda r: r.info.revision),
        findings=findings,
        suppressed=suppressed,
        skipped=tuple(_skips(ordered)),
        notes=tuple(dict.fromkeys(note for report in ordered for note in report.notes)),
        started_at=min(report.started_at for report in ordered),
        seconds=round(sum(report.seconds for report in ordered), 3),
        exit_code=max(report.exit_code for report in ordered),
        shard=None,
        whole="",
    )


def _ordered(reports: Sequence[Report], names: Sequence[str]) -> list[Report]:
    """The reports by the numbers of their shards, once it is sure that they belong together."""
    found: dict[int, tuple[Report, str]] = {}
    first = reports[0]
    for report, name in zip(reports, names, strict=True):
        if report.shard is None or first.shard is None:
            raise UsageError(
                f"{name if report.shard is None else names[0]} is a whole report, not that of a shard",
                "merge reports of `migcheck verify --shard I/N --format json`",
            )
        number, of = report.shard
        if of != first.shard[1]:
            raise UsageError(
                f"{name} is of one of {of} shards, {names[0]} of one of {first.shard[1]}",
                "give every job the same N in --shard I/N",
            )
        if _place(report) != _place(first):
            raise UsageError(
                f"{name} and {names[0]} are not of one run: {_told(report)} here, {_told(first)} there",
                "every shard must verify the same project on the same kind of server",
            )
        if report.whole != first.whole:
            raise UsageError(
                f"{name} and {names[0]} are not stretches of the same revisions",
                "every shard must verify the same project at the same commit, with the same --last, --since,"
                " --revisions and --target",
            )
        if number in found:
            raise UsageError(
                f"{name} and {found[number][1]} are both of shard {number}/{of}", "give each shard once"
            )
        found[number] = report, name
    of = first.shard[1] if first.shard is not None else 1
    missing = [f"{number}/{of}" for number in range(1, of + 1) if number not in found]
    if missing:
        raise UsageError(
            f"the report of shard {', '.join(missing)} is missing",
            "a job that ended with exit code 2 or 3 writes none: look at its output",
        )
    return [found[number][0] for number in sorted(found)]


def _place(report: Report) -> tuple[tuple[str, ...], ...]:
    # Each machine may have a path of its own to the project.
    return tuple((target.dialect, target.server_version, target.database) for target in report.targets)


def _told(report: Report) -> str:
    return ", ".join(target.label for target in report.targets)


def _unique(items: Iterable[Item], key: Callable[[Item], object]) -> tuple[Item, ...]:
    """The first of each key: what concerns the whole history may be told by each shard."""
    found: dict[object, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    return tuple(found.values())


def _of_finding(finding: Finding) -> object:
    return finding.fingerprint, finding.line


def _of_suppressed(item: Suppressed) -> object:
    return _of_finding(item.finding), item.by


def _skips(ordered: Sequence[Report]) -> Iterable[Skip]:
    """What no shard did, each reason once."""
    everywhere = set.intersection(*({s.code for s in r.skipped if s.revision is None} for r in ordered))
    told: dict[Skip, None] = {}
    for report in ordered:
        for skip in report.skipped:
            if skip.revision is not None or (
                skip.code in everywhere and skip.reason != left_to_the_last(len(ordered))
            ):
                told[skip] = None
    return told
