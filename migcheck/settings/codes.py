"""Codes in the settings, held against the catalogue of checks."""

from __future__ import annotations

from collections.abc import Mapping

from migcheck.errors import UsageError
from migcheck.settings.fields import Settings
from migcheck.spelling import nearest


def check_codes(settings: Settings, catalogue: Mapping[str, str]) -> None:
    """Raise UsageError for a code in `select`, `ignore` or `severity` that no check answers to.

    `catalogue` maps each code to the name of its check: {"MC204": "not-reversible"}. The settings
    cannot know it themselves: checks depend on settings, not the other way round.
    """
    for name in ("select", "ignore"):
        for code in getattr(settings, name):
            if not any(known.startswith(code.upper()) for known in catalogue):
                raise UsageError(f"{name}: no check has the code {code!r}", _hint(code, catalogue))
    select, ignore = (tuple(map(str.upper, codes)) for codes in (settings.select, settings.ignore))
    selected = [c for c in catalogue if not select or c.startswith(select)]
    if all(c.startswith(ignore) for c in selected):
        raise UsageError(
            "no check is left: everything that is selected is ignored",
            "take some codes out of select or ignore",
        )
    for code, _ in settings.severity:
        if code not in catalogue:
            raise UsageError(f"severity: no check has the code {code!r}", _hint(code, catalogue))


def unknown_code(code: str, catalogue: Mapping[str, str]) -> UsageError:
    """The error for a code that was asked for by itself."""
    return UsageError(f"no check has the code {code!r}", _hint(code, catalogue))


def _hint(code: str, catalogue: Mapping[str, str]) -> str:
    by_name = {name: known for known, name in catalogue.items()}
    match = nearest(code, [*catalogue, *by_name], cutoff=0.7)
    if match is None:
        return "`migcheck checks` lists all codes"
    known = by_name.get(match, match)
    return f"did you mean {known} ({catalogue[known]})? `migcheck checks` lists all codes"
