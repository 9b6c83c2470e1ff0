"""The file of findings that a project knows already, so that a legacy history can start today."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from migcheck.checks import exit_code, unused_baseline_entry
from migcheck.errors import MigcheckError, UsageError
from migcheck.model import BaselineEntry, Finding, Report, Severity, Suppressed
from migcheck.spelling import did_you_mean

VERSION = 1
UNUSED = unused_baseline_entry.CHECK.code
"""What a baseline holds in vain: that is removed, and never known itself."""
REASON = "known when the baseline was written"

_HEADER = f"""\
# Findings that are known: they don't fail `migcheck verify --baseline` up to and including the day on which
# they expire (null: never). Say why in `reason`. `--write-baseline` writes this file anew, with the reasons
# and days of what is still found.
version: {VERSION}
"""
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_KEYS = ("fingerprint", "code", "revision", "message", "reason", "expires")


def read_baseline(path: Path) -> tuple[BaselineEntry, ...]:
    """The entries of the baseline in `path`, in its order; raises UsageError where it can't be read."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise UsageError(f"there is no baseline {path}", "write it with --write-baseline") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the baseline {path} cannot be read: {error}") from error
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"the baseline {path} is no YAML: {error}") from error
    if not isinstance(document, Mapping) or not isinstance(document.get("findings"), list):
        raise UsageError(
            f"{path} is no baseline: it has no list of findings", "write one with --write-baseline"
        )
    if document.get("version") != VERSION:
        raise UsageError(
            f"the baseline {path} is of version {document.get('version')}, and this migcheck reads {VERSION}"
        )
    lines = {found: n for n, line in enumerate(text.split("\n"), 1) for found in _FINGERPRINT.findall(line)}
    entries = document["findings"]
    return tuple(_entry(entry, f"{path}, entry {n}", path, lines) for n, entry in enumerate(entries, 1))


def write_baseline(
    path: Path,
    report: Report,
    known: Sequence[BaselineEntry] = (),
    *,
    reason: str = REASON,
    expires: str | None = None,
    fail_on: str = "error",
) -> Report:
    """Write the errors and warnings of `report` to the baseline `path`; return the report that knows them.

    `known` are the entries that were in force: what is still found, or could not be judged in this run, stays
    with its own reason and day. `expires` is the last day of new ones.
    """
    fresh = {
        finding.fingerprint: BaselineEntry(
            finding.fingerprint, finding.code, finding.revision, finding.message, reason, expires
        )
        for finding in report.findings
        if finding.severity is not Severity.INFO and finding.code != UNUSED
    }
    gone = {finding.concerns for finding in report.findings if finding.code == UNUSED}
    kept = {e.fingerprint: e for e in known if e.fingerprint not in gone and e.fingerprint not in fresh}
    order = [finding.fingerprint for finding in _all_findings(report)]
    entries = sorted(
        {**kept, **fresh}.values(),
        key=lambda e: order.index(e.fingerprint) if e.fingerprint in order else len(order),
    )
    _write(path, entries)
    findings = tuple(f for f in report.findings if f.fingerprint not in fresh and f.code != UNUSED)
    suppressed = report.suppressed + tuple(
        Suppressed(finding, reason, "baseline", expires)
        for finding in report.findings
        if finding.fingerprint in fresh
    )
    return replace(
        report,
        findings=findings,
        suppressed=suppressed,
        exit_code=exit_code(findings, fail_on),
        notes=(*report.notes, f"{len(entries)} known findings are written to {path.name}"),
    )


def expired(entries: Iterable[BaselineEntry], findings: Iterable[Finding], today: str) -> list[str]:
    """A note for each entry whose day is past, and whose finding counts again."""
    found = {finding.fingerprint for finding in findings}
    return [
        f"the baseline answered for {entry.code}{f' of {entry.revision}' if entry.revision else ''} up to"
        f" {entry.expires}: it counts again"
        for entry in entries
        if entry.fingerprint in found and entry.expires is not None and entry.expires < today
    ]


def _entry(entry: object, where: str, path: Path, lines: Mapping[str, int]) -> BaselineEntry:
    if not isinstance(entry, Mapping):
        raise UsageError(f"{where}: not {entry!r}, but {', '.join(_KEYS)} belong there")
    for key in entry:
        if key not in _KEYS:
            raise UsageError(
                f"{where} has an unknown key {key!r}",
                did_you_mean(str(key), _KEYS) or f"known keys: {', '.join(_KEYS)}",
            )
    fingerprint, reason = entry.get("fingerprint"), entry.get("reason")
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise UsageError(
            f"{where}: the fingerprint must be 16 hex digits in quotes, not {fingerprint!r}",
            "it stands in the JSON report of the finding; --write-baseline writes it",
        )
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{where} gives no reason", "say why the finding is accepted")
    revision = entry.get("revision")
    return BaselineEntry(
        fingerprint,
        str(entry.get("code", "")),
        None if revision is None else str(revision),
        str(entry.get("message", "")),
        reason.strip(),
        _day(entry.get("expires"), where),
        str(path),
        lines.get(fingerprint),
    )


def _day(value: object, where: str) -> str | None:
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise UsageError(
            f"{where}: expires must be a day such as 2027-05-31, or null for never, not {value!r}"
        ) from None


def _all_findings(report: Report) -> list[Finding]:
    places: dict[str | None, int] = {r.info.revision: n for n, r in enumerate(report.revisions)}
    found = [*report.findings, *(item.finding for item in report.suppressed)]
    return sorted(found, key=lambda f: (places.get(f.revision, len(places)), f.code, f.fingerprint))


def _write(path: Path, entries: Iterable[BaselineEntry]) -> None:
    document: list[dict[str, Any]] = [
        {
            "fingerprint": entry.fingerprint,
            "code": entry.code,
            "revision": entry.revision,
            "message": entry.message,
            "reason": entry.reason,
            "expires": None if entry.expires is None else datetime.date.fromisoformat(entry.expires),
        }
        for entry in entries
    ]
    text = yaml.dump(
        {"findings": document}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000
    )
    try:
        path.write_text(_HEADER + text, "utf-8", errors="backslashreplace")
    except OSError as error:
        raise MigcheckError(
            f"the baseline could not be written to {path}: {error.strerror}",
            "choose another file; the run itself was complete",
        ) from error


class _Dumper(yaml.SafeDumper):
    """Puts quotes round what is not printable: a line separator of Unicode would come back as a blank."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, None if text.isprintable() else '"')


_Dumper.add_representer(str, _text)
