"""migcheck proves Alembic migrations on a real, disposable database.

    from migcheck import verify

    report = verify("alembic.ini")
    assert report.ok, report.findings

The public names are those of `__all__`, and what the modules `migcheck.model` (what reports and evidence are
made of), `migcheck.errors`, `migcheck.providers` and `migcheck.cache.entries` have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migcheck.baseline import read_baseline, write_baseline
    from migcheck.checks import Check
    from migcheck.checks.custom import check
    from migcheck.errors import MigcheckError
    from migcheck.merging import merged
    from migcheck.model import Evidence, Finding, Report, Severity
    from migcheck.plugins import all_checks, doctor
    from migcheck.progress import Progress
    from migcheck.providers.custom import provider
    from migcheck.rendering import render, write
    from migcheck.reporters.reading import read_report
    from migcheck.settings import Settings, load_settings
    from migcheck.verify import verify

__version__ = "0.1.0"
__all__ = [
    "Check",
    "Evidence",
    "Finding",
    "MigcheckError",
    "Progress",
    "Report",
    "Settings",
    "Severity",
    "__version__",
    "all_checks",
    "check",
    "doctor",
    "load_settings",
    "merged",
    "provider",
    "read_baseline",
    "read_report",
    "render",
    "verify",
    "write",
    "write_baseline",
]

# Each name is imported when it is first asked for: `migcheck --help` and the walk's workers import
# this package too, and need none of them.
_HOMES = {
    "Check": "migcheck.checks",
    "Evidence": "migcheck.model",
    "Finding": "migcheck.model",
    "MigcheckError": "migcheck.errors",
    "Progress": "migcheck.progress",
    "Report": "migcheck.model",
    "Settings": "migcheck.settings",
    "Severity": "migcheck.model",
    "all_checks": "migcheck.plugins",
    "check": "migcheck.checks.custom",
    "doctor": "migcheck.plugins",
    "load_settings": "migcheck.settings",
    "merged": "migcheck.merging",
    "provider": "migcheck.providers.custom",
    "read_baseline": "migcheck.baseline",
    "read_report": "migcheck.reporters.reading",
    "render": "migcheck.rendering",
    "verify": "migcheck.verify",
    "write": "migcheck.rendering",
    "write_baseline": "migcheck.baseline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
