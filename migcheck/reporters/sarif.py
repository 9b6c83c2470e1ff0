"""`--format sarif`: SARIF 2.1.0 (OASIS), as GitHub code scanning and editors read it.

GitHub shows a result only with a place in a file: what concerns the whole history stands at the config file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from migcheck import __version__
from migcheck.checks import catalogue
from migcheck.model import Finding, Report, Severity, Suppressed
from migcheck.reporters.base import Presentation
from migcheck.reporters.markdown import escaped, fenced
from migcheck.reporters.order import Order, relative
from migcheck.reporters.printable import one_line, printable
from migcheck.reporters.wording import body, cut, evidence, file_of, gravest_first, headline, message

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"
_MOST = 5_000  # results of a run that GitHub takes
_LONGEST = 20_000  # characters of a message; a definition can be of any length


class SarifReporter:
    """One run, with the checks as its rules."""

    name = "sarif"

    def render(self, report: Report, presentation: Presentation) -> str:
        """The document in ASCII, the gravest results first."""
        document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, presentation)]}
        return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _run(report: Report, presentation: Presentation) -> dict[str, Any]:
    found = gravest_first(report, report.findings)
    suppressed = Order(report).suppressed(report.suppressed)
    rules = _rules([*found, *(item.finding for item in suppressed)])
    places = {rule["id"]: n for n, rule in enumerate(rules)}
    results = [_result(finding, report, presentation, places) for finding in found]
    results += [_acknowledged(item, report, presentation, places) for item in suppressed]
    config = relative(report.target.config, presentation.folder)
    return {
        "tool": {"driver": {"name": "migcheck", "semanticVersion": __version__, "rules": rules}},
        # Several projects of one repository are several categories for GitHub.
        "automationDetails": {"id": f"migcheck/{quote(config)}/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": report.exit_code,
                "startTimeUtc": report.started_at,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": text}} for text in _notifications(report)
                ],
            }
        ],
        "results": results[:_MOST],
    }


def _rules(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    known = {check.code: check for check in catalogue()}
    rules = []
    for code, name in sorted({finding.code: finding.name for finding in findings}.items()):
        rule: dict[str, Any] = {"id": code, "name": name, "shortDescription": {"text": name}}
        if check := known.get(code):
            text = f"{check.why}\n\n{check.remedy}\n\nTo acknowledge it: {check.acknowledge}"
            rule |= {
                "shortDescription": {"text": f"{name}: {check.proves}"},
                "fullDescription": {"text": check.proves},
                "help": {"text": text, "markdown": text},
                "defaultConfiguration": {"level": _LEVELS[check.severity]},
            }
        rules.append({**rule, "properties": {"tags": ["database", "migrations"], "precision": "very-high"}})
    return rules


def _result(
    finding: Finding, report: Report, presentation: Presentation, rules: dict[str, int]
) -> dict[str, Any]:
    path, line = file_of(finding, report, presentation)
    said = one_line(message(finding, report))
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path), "uriBaseId": _ROOT},
            "region": {"startLine": line},
        }
    }
    if finding.revision is not None:
        place["logicalLocations"] = [{"name": printable(finding.revision), "kind": "member"}]
    return {
        "ruleId": finding.code,
        "ruleIndex": rules[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {
            "text": cut("\n\n".join(filter(None, [said, body(finding, presentation)])), _LONGEST),
            "markdown": _markdown(said, finding, presentation),
        },
        "locations": [place],
        "partialFingerprints": {"migcheck/v1": finding.fingerprint},
        "properties": {
            "revision": finding.revision,
            "evidence": finding.evidence,
            "targets": list(finding.targets),
        },
    }


def _markdown(said: str, finding: Finding, presentation: Presentation) -> str:
    lines = "\n".join(evidence(finding, presentation))
    parts = [escaped(said), fenced(cut(lines, _LONGEST), "diff") if lines else "", _remedy(finding)]
    return "\n\n".join(filter(None, parts))


def _remedy(finding: Finding) -> str:
    return fenced(cut(printable(finding.remedy.strip()), _LONGEST), "") if finding.remedy.strip() else ""


def _acknowledged(
    item: Suppressed, report: Report, presentation: Presentation, rules: dict[str, int]
) -> dict[str, Any]:
    kind = "inSource" if item.by == "inline" else "external"
    until = f" (until {item.expires})" if item.expires else ""
    why = {"kind": kind, "justification": printable(f"{item.reason or 'no reason given'}{until}")}
    return {**_result(item.finding, report, presentation, rules), "suppressions": [why]}


def _notifications(report: Report) -> Iterable[str]:
    yield headline(report)
    for result in report.revisions:
        if result.status == "skipped":
            yield one_line(f"{result.info.revision} was skipped: {result.reason}")
    for skip in Order(report).skipped(report.skipped):
        where = f" of {skip.revision}" if skip.revision is not None else ""
        yield one_line(f"{skip.code}{where} was skipped: {skip.reason}")
    yield from map(one_line, report.notes)
