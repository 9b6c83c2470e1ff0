"""migcheck proves Alembic migrations on a real, disposable database.

The public names are `verify`, `Settings`, `Report`, `Finding` and `Severity`:

    from migcheck import verify

    report = verify("alembic.ini")
    assert report.ok, report.findings
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migcheck.model import Finding, Report, Severity
    from migcheck.settings import Settings
    from migcheck.verify import verify

__version__ = "0.1.0"
__all__ = ["Finding", "Report", "Settings", "Severity", "__version__", "verify"]

# Each name is imported when it is first asked for: `migcheck --help` and the walk's workers import
# this package too, and need none of them.
_HOMES = {
    "Finding": "migcheck.model",
    "Report": "migcheck.model",
    "Severity": "migcheck.model",
    "Settings": "migcheck.settings",
    "verify": "migcheck.verify",
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
