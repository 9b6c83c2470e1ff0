"""From evidence to findings: run the checks, set apart what somebody answers for, say what was not judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from migcheck.checks.acknowledgements import acknowledgements, holds_for
from migcheck.checks.base import Check
from migcheck.checks.remedies.speech import spoken
from migcheck.errors import PluginError
from migcheck.model import (
    Acknowledgement,
    BaselineEntry,
    Evidence,
    Finding,
    RevisionEvidence,
    Severity,
    Skip,
    Suppressed,
)
from migcheck.spelling import nearest

OF_REVISION = frozenset({"upgrade", "downgrade", "reupgrade", "reverted", "reapplied"})
PASSES = frozenset({"ways_down", "idempotence", "one_shot", "drift", "data"})
_COMMENTS = "acknowledgements"


class Judgement(NamedTuple):
    """Findings that count, findings that somebody answers for, and checks that did not run; all sorted."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    skipped: tuple[Skip, ...]


def judge_with(
    checks: Sequence[Check],
    evidence: Evidence | Sequence[Evidence],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    severity: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    sources: Mapping[str, str] | None = None,
    independent_branches: Sequence[str] = (),
    baseline: Sequence[BaselineEntry] = (),
    today: str = "",
    whole: bool = True,
) -> Judgement:
    """Run `checks` over the evidence of one or several targets.

    `select` and `ignore` are codes or prefixes of codes: only what is selected runs (an empty
    `select` takes all), and what is ignored is kept among the suppressed. `severity` maps codes to
    the severities of the settings. `sources` maps the paths of revision files (as in
    `RevisionInfo.path`) to their text, where the acknowledgements are; an entry of the `baseline` answers for
    a finding until its day is before `today` (as `2027-05-31`). Where only a part of the history was
    verified, not the `whole`, nobody can say of all its entries whether they are still needed. A finding that
    two targets share is reported once, with both.
    """
    parts = [evidence] if isinstance(evidence, Evidence) else list(evidence)
    parts = [_with_branches(part, independent_branches) for part in parts]
    chosen = [check for check in checks if _matches(check.code, select) or not select]
    found = [
        replace(
            finding,
            # Others write for the dialect that they have.
            remedy=finding.remedy if check.origin else spoken(finding.remedy, part.dialect),
            targets=(part.target,) if part.target else (),
        )
        for part in parts
        for check in chosen
        if check.needs != _COMMENTS
        for finding in _found(check, part, ignore)
    ]
    comments = _read_comments(parts, sources or {})
    ran = [check for check in chosen if not _matches(check.code, ignore)]
    comments = tuple(_weighed(comment, found, checks, ran, parts) for comment in comments)
    if parts:
        weighed = tuple(_weighed_entry(entry, found, checks, ran, parts, whole) for entry in baseline)
        commented = replace(parts[0], acknowledgements=comments, baseline=weighed)
        found += [f for check in chosen if check.needs == _COMMENTS for f in check.judge(commented)]
    findings, suppressed = _sorted_out(
        found,
        comments,
        {entry.fingerprint: entry for entry in baseline if entry.expires is None or today <= entry.expires},
        dict(severity),
        ignore,
        _positions(parts),
    )
    return Judgement(findings, suppressed, _skips(parts, checks, ran))


def exit_code(findings: Iterable[Finding], fail_on: str) -> int:
    """1 when a finding is at or above `fail_on` (`error`, `warning`, `info`; `never` for none), else 0."""
    if fail_on == "never":
        return 0
    line = Severity(fail_on).rank
    return int(any(finding.severity.rank >= line for finding in findings))


def _found(check: Check, evidence: Evidence, ignore: Sequence[str]) -> Iterable[Finding]:
    try:
        return check.judge(evidence)
    except PluginError:
        # Who ignores a check of others does not depend on whether that works.
        if _matches(check.code, ignore):
            return ()
        raise


def _matches(code: str, prefixes: Sequence[str]) -> bool:
    return any(code.startswith(prefix.strip().upper()) for prefix in prefixes if prefix.strip())


def _with_branches(evidence: Evidence, names: Sequence[str]) -> Evidence:
    if not names:
        return evidence
    declared = tuple(dict.fromkeys((*evidence.history.independent_branches, *names)))
    return replace(evidence, history=replace(evidence.history, independent_branches=declared))


def _read_comments(parts: Sequence[Evidence], sources: Mapping[str, str]) -> tuple[Acknowledgement, ...]:
    revisions = {info.path: info.revision for part in parts for info in part.history.revisions}
    return tuple(
        comment
        for path, revision in revisions.items()
        if path in sources
        for comment in acknowledgements(sources[path], path, revision)
    )


def _weighed(
    comment: Acknowledgement,
    found: Sequence[Finding],
    checks: Sequence[Check],
    ran: Sequence[Check],
    parts: Sequence[Evidence],
) -> Acknowledgement:
    """The comment with the codes that nothing needed and those that no check has."""
    if comment.directive != "ignore":
        return comment
    known = {check.code: check for check in checks}
    unknown, unused = [], []
    for code in comment.codes:
        if code not in known:
            unknown.append((code, nearest(code, known, cutoff=0.7) or ""))
            continue
        check = known[code]
        if check.needs == _COMMENTS or check not in ran or not _judged(check, comment.revision, parts):
            continue
        if not any(finding.code == code and holds_for(comment, finding) for finding in found):
            unused.append(code)
    return replace(comment, unknown=tuple(unknown), unused=tuple(unused))


def _weighed_entry(
    entry: BaselineEntry,
    found: Sequence[Finding],
    checks: Sequence[Check],
    ran: Sequence[Check],
    parts: Sequence[Evidence],
    whole: bool,
) -> BaselineEntry:
    """The entry, and whether it is there in vain: it could have been found, and was not."""
    known = {check.code: check for check in checks}
    check = known.get(entry.code)
    if any(finding.fingerprint == entry.fingerprint for finding in found):
        unused = False
    elif check is None:
        unused = True  # no check will ever find it
    else:
        unused = check in ran and _could_be_found(entry, check, parts, whole)
    return replace(entry, unused=unused)


def _could_be_found(entry: BaselineEntry, check: Check, parts: Sequence[Evidence], whole: bool) -> bool:
    """True when the check had what it needs, for that revision (which may be there no more) or for all.

    A pass over a part of the history begins elsewhere, with other rows, so it need not come upon the same.
    """
    if not whole and check.needs not in OF_REVISION:
        return False
    if entry.revision in _positions(parts):
        return _judged(check, entry.revision, parts)
    return whole and all(check.needs not in PASSES or getattr(part, check.needs) for part in parts)


def _judged(check: Check, revision: str | None, parts: Sequence[Evidence]) -> bool:
    """True when the check had what it needs to judge this revision."""
    return any(
        _has(check.needs, seen, part)
        for part in parts
        for seen in part.revisions
        if seen.revision == revision
    )


def _has(needs: str, seen: RevisionEvidence, evidence: Evidence) -> bool:
    if needs in OF_REVISION:
        return getattr(seen, needs) is not None
    if needs == "ways_down":
        return any(
            seen.revision == way.failed or any(level.revision == seen.revision for level in way.levels)
            for way in evidence.ways_down
        )
    if needs == "data" and evidence.data is not None:
        return any(each.revision == seen.revision and not each.skipped for each in evidence.data.revisions)
    return needs not in PASSES or getattr(evidence, needs) is not None


def _positions(parts: Sequence[Evidence]) -> dict[str | None, int]:
    order: dict[str | None, int] = {}
    for part in parts:
        for info in part.history.revisions:
            order.setdefault(info.revision, len(order))
    return order


def _sorted_out(
    found: Iterable[Finding],
    comments: Sequence[Acknowledgement],
    baseline: Mapping[str, BaselineEntry],
    severity: Mapping[str, str],
    ignore: Sequence[str],
    order: Mapping[str | None, int],
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    def key(finding: Finding) -> tuple[int, str, str, str, str]:
        # What concerns the whole history comes after what concerns one revision.
        first = finding.differences[0] if finding.differences else None
        place = order.get(finding.revision, len(order))
        return (
            place,
            finding.code,
            first.object_type if first else "",
            first.name if first else "",
            finding.message,
        )

    unique: dict[tuple[str, int | None], Finding] = {}
    for finding in found:
        if finding.code in severity:
            finding = replace(finding, severity=Severity(severity[finding.code]))
        by_itself = finding.differences or finding.concerns
        key_ = (finding.fingerprint, None if by_itself else finding.line)
        first = unique.setdefault(key_, finding)
        unique[key_] = replace(first, targets=tuple(dict.fromkeys(first.targets + finding.targets)))
    findings, suppressed = [], []
    for finding in sorted(unique.values(), key=key):
        comment = next((c for c in comments if holds_for(c, finding)), None)
        if _matches(finding.code, ignore):
            suppressed.append(Suppressed(finding, f"{finding.code} is ignored by the settings", "config"))
        elif comment is not None:
            suppressed.append(Suppressed(finding, comment.reason, "inline"))
        elif finding.fingerprint in baseline:
            entry = baseline[finding.fingerprint]
            suppressed.append(Suppressed(finding, entry.reason, "baseline", entry.expires))
        else:
            findings.append(finding)
    return tuple(findings), tuple(suppressed)


def _skips(parts: Sequence[Evidence], known: Sequence[Check], ran: Sequence[Check]) -> tuple[Skip, ...]:
    """What the walk left out, and passes that are not there without a word."""
    order, codes = _positions(parts), {check.code for check in ran}
    skips = [Skip(*entry) for part in parts for entry in part.skipped if entry[0] in codes]
    for part in parts:
        told = {skip.code for skip in skips if skip.revision is None}
        reasons = {code: reason for code, revision, reason in part.skipped if revision is None}
        for check in ran:
            if check.needs not in PASSES or check.code in told:
                continue
            if not getattr(part, check.needs):
                # The walk knows the codes of migcheck's own checks, which need the same passes.
                same = (each.code for each in known if each.needs == check.needs)
                others = (reasons[code] for code in same if code in reasons)
                skips.append(Skip(check.code, None, next(others, "the walk did not get that far")))
            elif part.drift is not None and part.drift.error is not None and check.needs == "drift":
                skips.append(Skip(check.code, None, f"autogenerate failed: {part.drift.error.message}"))
    unique = dict.fromkeys(skips)
    return tuple(sorted(unique, key=lambda s: (order.get(s.revision, len(order)), s.code, s.reason)))
