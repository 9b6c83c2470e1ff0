"""`--format json`: version 1 of a contract; its JSON Schema is report-v1.schema.json beside this file.

The dicts are written out by hand, on purpose: a field added to the model must not change the contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from migcheck import __version__
from migcheck.model import (
    Difference,
    Finding,
    FindingError,
    FindingRow,
    Report,
    RevisionResult,
    Skip,
    Statement,
    Suppressed,
    Target,
)
from migcheck.reporters.base import Presentation
from migcheck.reporters.order import Order, differences, relative

VERSION = 1
SCHEMA = Path(__file__).with_name("report-v1.schema.json")
DOCS = "docs/checks/{code}.md"
_OWN = re.compile(r"MC\d{3}")


class JsonReporter:
    """One JSON document, in ASCII, with sorted keys and lists in the order of `Order`."""

    name = "json"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The document as text; the same report gives the same bytes."""
        document = to_json(report, presentation.folder)
        return json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n"


def to_json(report: Report, folder: Path) -> dict[str, Any]:
    """`report` in the words of version 1, with paths relative to `folder` (absolute)."""
    order = Order(report)
    return {
        "version": VERSION,
        "migcheck": __version__,
        "started_at": report.started_at,
        "seconds": round(report.seconds, 3),
        "exit_code": report.exit_code,
        "target": _target(report.target, folder),
        "targets": [{**_target(target, folder), "label": target.label} for target in report.targets],
        "history": {
            "revisions": len(report.revisions),
            "heads": sorted(report.heads),
            "bases": sorted(report.bases),
            "verified": report.verified,
        },
        "revisions": [_revision(result, folder) for result in report.revisions],
        "findings": [_finding(finding, folder) for finding in order.findings(report.findings)],
        "suppressed": [_suppressed(item, folder) for item in order.suppressed(report.suppressed)],
        "skipped": [_skip(skip) for skip in order.skipped(report.skipped)],
        "notes": list(report.notes),
        "shard": _shard(report),
        "compared": report.compared or None,
    }


def _shard(report: Report) -> dict[str, Any] | None:
    if report.shard is None:
        return None
    number, of = report.shard
    return {"number": number, "of": of, "whole": report.whole}


def _target(target: Target, folder: Path) -> dict[str, Any]:
    return {
        "config": relative(target.config, folder),
        "dialect": target.dialect,
        "server_version": target.server_version,
        "provider": target.provider,
    }


def _revision(result: RevisionResult, folder: Path) -> dict[str, Any]:
    return {
        "revision": result.info.revision,
        "doc": result.info.doc,
        "path": relative(result.info.path, folder),
        "down_revisions": list(result.info.down_revisions),
        "depends_on": list(result.info.depends_on),
        "branch_labels": list(result.info.branch_labels),
        "status": result.status,
        "reason": result.reason,
        "seconds": {step: round(seconds, 4) for step, seconds in result.seconds},
        "seconds_with_rows": {step: round(seconds, 4) for step, seconds in result.seconds_with_rows},
        "statements": dict(result.statements),
        "rows_seeded": result.rows_seeded,
        "ran": {step: [_statement(each) for each in statements] for step, statements in result.ran},
        "changes": None
        if result.changes is None
        else {"count": result.changes_count, "differences": _differences(result.changes)},
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "sql": statement.sql,
        "line": statement.line,
        "seconds": round(statement.seconds, 6),
        "length": statement.length,
    }


def _finding(finding: Finding, folder: Path) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "revision": finding.revision,
        "message": finding.message,
        "path": None if finding.path is None else relative(finding.path, folder),
        "line": finding.line,
        "evidence": finding.evidence,
        "fingerprint": finding.fingerprint,
        "concerns": finding.concerns,
        "differences": _differences(finding.differences),
        "error": None if finding.error is None else _error(finding.error),
        "rows": [_row(row) for row in finding.rows] or None,
        "remedy": finding.remedy,
        "targets": list(finding.targets),
        "docs": DOCS.format(code=finding.code) if _OWN.fullmatch(finding.code) else "",
    }


def _differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "kind": difference.kind.value,
            "class": difference.difference_class.value,
            "object_type": difference.object_type,
            "name": difference.name,
            "attribute": difference.attribute,
            "before": difference.before,
            "after": difference.after,
        }
        for difference in differences(found)
    ]


def _error(error: FindingError) -> dict[str, Any]:
    return {
        "type": error.type,
        "sqlstate": error.sqlstate,
        "message": error.message,
        "statement": error.statement,
    }


def _row(row: FindingRow) -> dict[str, Any]:
    return {
        "table": row.table,
        "row": None if row.row is None else dict(row.row),
        "after": None if row.after is None else dict(row.after),
        "why": row.why,
    }


def _suppressed(item: Suppressed, folder: Path) -> dict[str, Any]:
    return {**_finding(item.finding, folder), "reason": item.reason, "by": item.by, "expires": item.expires}


def _skip(skip: Skip) -> dict[str, Any]:
    return {"code": skip.code, "revision": skip.revision, "reason": skip.reason}
