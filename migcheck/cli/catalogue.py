"""The catalogue of checks as the command line needs it."""

from __future__ import annotations


def names_of_checks() -> dict[str, str]:
    """Code -> name of every check."""
    from migcheck.checks import CHECKS

    return {check.code: check.name for check in CHECKS}
