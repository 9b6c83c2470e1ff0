"""On what a run was measured: the machine and the versions."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.field import ROOT

PACKAGES = ("migcheck", "alembic", "SQLAlchemy", "psycopg", "pytest", "pytest-alembic", "pytest-mrt")


def _memory() -> str:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{pages / 2**30:.0f} GiB of memory"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


def run() -> str:
    """When a run began, and what the machine had to do without it."""
    return f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f} at its start"


def about(server: str) -> tuple[tuple[str, str], ...]:
    """Name and text of what a reader has to know, for a run on `server`."""
    machine = (f"{os.cpu_count()} cores ({platform.machine()}, {_processor()})", _memory())
    commit = _commit()
    return (
        ("machine", ", ".join(machine)),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("server", server),
        ("Python", platform.python_version()),
        ("packages", ", ".join(map(_version, PACKAGES)) + (f"; migcheck at {commit}" if commit else "")),
    )
