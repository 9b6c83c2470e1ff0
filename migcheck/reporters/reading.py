"""A JSON report, read back: the other direction of `migcheck.reporters.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migcheck.errors import UsageError
from migcheck.model import (
    Difference,
    DifferenceClass,
    DifferenceKind,
    Finding,
    FindingError,
    FindingRow,
    Report,
    RevisionInfo,
    RevisionResult,
    Severity,
    Skip,
    Statement,
    Suppressed,
    Target,
)
from migcheck.reporters.json import VERSION

_WRITE_ONE = "write one with `migcheck verify --format json --output FILE`"


def read_report(file: str | os.PathLike[str]) -> Report:
    """The report in `file`; paths in it stay relative to the folder in which it was made.

    What the contract does not hold is empty: the lines of a revision's functions, the tracebacks of errors.
    So is what reports of an older migcheck lack. Raises UsageError for a file that holds no report of this
    version.
    """
    file = Path(file)
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}", _WRITE_ONE) from error
    except ValueError as error:
        raise UsageError(f"{file} is no JSON: {error}", _WRITE_ONE) from error
    if not isinstance(document, Mapping) or "version" not in document or "migcheck" not in document:
        raise UsageError(f"{file} is JSON, but no report of migcheck's", _WRITE_ONE)
    if document["version"] != VERSION:
        raise UsageError(
            f"{file} is a report of version {document['version']}, of migcheck {document['migcheck']}",
            f"this one reads version {VERSION}: use the same migcheck for all of them",
        )
    try:
        return report_of(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{file} is no whole report: {type(error).__name__}: {error}",
            f"was it cut off, changed, or written by an older migcheck? {_WRITE_ONE}",
        ) from error


def report_of(document: Mapping[str, Any]) -> Report:
    """The report that a document of the contract holds. Raises KeyError, TypeError, ValueError or
    AttributeError for any other."""
    history, shard = document["history"], document["shard"]
    return Report(
        targets=tuple(map(_target, document["targets"])),
        heads=tuple(history["heads"]),
        bases=tuple(history["bases"]),
        revisions=tuple(map(_revision, document["revisions"])),
        findings=tuple(map(_finding, document["findings"])),
        suppressed=tuple(
            Suppressed(_finding(item), item["reason"], item["by"], item["expires"])
            for item in document["suppressed"]
        ),
        skipped=tuple(Skip(each["code"], each["revision"], each["reason"]) for each in document["skipped"]),
        started_at=str(document["started_at"]),
        seconds=float(document["seconds"]),
        exit_code=int(document["exit_code"]),
        notes=tuple(map(str, document["notes"])),
        compared=document.get("compared") or "",
        shard=None if shard is None else (int(shard["number"]), int(shard["of"])),
        whole="" if shard is None else str(shard["whole"]),
    )


def _target(told: Mapping[str, Any]) -> Target:
    dialect, version = told["dialect"], told["server_version"]
    database = told["label"].removeprefix(f"{dialect} {version} (").removesuffix(")")
    return Target(told["config"], dialect, version, told["provider"], database)


def _revision(told: Mapping[str, Any]) -> RevisionResult:
    parents, others, labels = (
        tuple(map(str, told.get(key, ()))) for key in ("down_revisions", "depends_on", "branch_labels")
    )
    changes = told.get("changes")
    return RevisionResult(
        RevisionInfo(told["revision"], parents, others, labels, told["doc"], told["path"], None, None),
        told["status"],
        told["reason"],
        tuple(told["seconds"].items()),
        tuple(told["statements"].items()),
        told["rows_seeded"],
        tuple(told["seconds_with_rows"].items()),
        tuple((step, tuple(map(_statement, each))) for step, each in told.get("ran", {}).items()),
        None if changes is None else tuple(map(_difference, changes["differences"])),
        0 if changes is None else int(changes["count"]),
    )


def _statement(told: Mapping[str, Any]) -> Statement:
    return Statement(told["sql"], told["line"], told["seconds"], told["length"])


def _finding(told: Mapping[str, Any]) -> Finding:
    error = told["error"]
    return Finding(
        code=told["code"],
        name=told["name"],
        severity=Severity(told["severity"]),
        revision=told["revision"],
        message=told["message"],
        remedy=told["remedy"],
        path=told["path"],
        line=told["line"],
        evidence=told["evidence"],
        differences=tuple(map(_difference, told["differences"])),
        error=error and FindingError(error["type"], error["message"], error["sqlstate"], error["statement"]),
        targets=tuple(told["targets"]),
        rows=tuple(map(_row, told["rows"] or ())),
        concerns=told["concerns"],
    )


def _difference(told: Mapping[str, Any]) -> Difference:
    return Difference(
        told["object_type"],
        told["name"],
        DifferenceKind(told["kind"]),
        told["attribute"],
        told["before"],
        told["after"],
        DifferenceClass(told["class"]),
    )


def _row(told: Mapping[str, Any]) -> FindingRow:
    row, after = told["row"], told["after"]
    return FindingRow(
        told["table"],
        None if row is None else tuple(row.items()),
        None if after is None else tuple(after.items()),
        told["why"],
    )
