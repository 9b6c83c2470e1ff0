"""Which test a finding belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from migcheck.model import Finding

OF_REVISION: Mapping[str, tuple[str, ...]] = {
    "upgrades": ("MC201", "MC208", "MC211", "MC213", "MC301"),
    "reversible": ("MC103", "MC202", "MC204", "MC207", "MC209", "MC210", "MC307"),
    "repeatable": ("MC203", "MC205", "MC206", "MC212", "MC214"),
    "rows": ("MC3",),
}
"""The tests of each revision, and the codes (or prefixes) that belong to them; the first that fits counts."""

OF_HISTORY: Mapping[str, tuple[str, ...]] = {**OF_REVISION, "models": ("MC4",), "history": ("",)}
"""The tests of the history as a whole: they get also what has no test at its revision."""


def family(code: str, families: Mapping[str, tuple[str, ...]]) -> str | None:
    """The family of a check, None where it has none among these."""
    exact = next((name for name, codes in families.items() if code in codes), None)
    prefixed = (name for name, codes in families.items() if code.startswith(codes))
    return exact or next(prefixed, None)


def findings_of(
    findings: Iterable[Finding], revision: str | None, wanted: str, revisions: Iterable[str]
) -> list[Finding]:
    """The findings of one test: of `revision` (None: the whole history) and the family `wanted`."""
    known = set(revisions)
    found = []
    for finding in findings:
        place, its = finding.revision, family(finding.code, OF_REVISION)
        if place not in known or its is None:
            place, its = None, family(finding.code, OF_HISTORY)
        if (place, its) == (revision, wanted):
            found.append(finding)
    return found
