"""Whether a report says of a history with faults what it has to say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migcheck import Report
from tests.integration.faults.injection import Fault, words_of


def loud(report: Report) -> set[tuple[str, str | None]]:
    """What was found, but for what is of severity info."""
    return {(found.code, found.revision) for found in report.findings if found.severity.value != "info"}


def check(report: Report, injected: Sequence[Fault], revisions: int) -> None:
    """Each fault is found under its codes at its revision, and no other revision has a finding.

    The history has so many `revisions`, all of which are verified unless an upgrade fails.
    """
    said = loud(report)
    allowed = {(code, fault.found_at) for fault in injected for code in fault.expect | fault.may}
    allowed |= {(code, None) for fault in injected for code in fault.elsewhere}
    story = "\n".join(f"{found.code} {found.revision} {found.message}" for found in report.findings)
    for fault in injected:
        missing = {(code, fault.found_at) for code in fault.expect} - said
        assert not missing, f"{fault.name} not found: {missing}\n{story}"
        here = [
            each for each in report.findings if each.revision == fault.found_at and each.code in fault.expect
        ]
        if fault.expect:
            assert any(fault.says in words_of(finding) for finding in here), (
                f"nothing says {fault.says}\n{story}"
            )
    assert said <= allowed, f"too much: {said - allowed}\n{story}"
    assert report.verified == revisions or any("MC201" in fault.expect for fault in injected)
    levels = {"MC211": 0}
    worst = {code for fault in injected for code in fault.expect if levels.get(code, 1)}
    assert report.exit_code == (1 if worst else 0)


def companies(faults: Iterable[Fault]) -> list[list[Fault]]:
    """Groups in which each revision has at most one fault, and every fault is in one group.

    A fault that keeps other revisions from being reached, or that changes what they end in, stays alone.
    """
    groups: list[list[Fault]] = []
    for fault in faults:
        if (
            fault.file is not None
            or fault.extension
            or fault.server
            or fault.expect & {"MC201", "MC205", "MC206", "MC208"}
        ):
            continue
        for group in groups:
            if all(other.revision != fault.revision for other in group):
                group.append(fault)
                break
        else:
            groups.append([fault])
    return groups
