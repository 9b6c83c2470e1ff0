"""`migcheck verify --show-settings`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from migcheck.cli.console import console, show
from migcheck.reporters.printable import one_line
from migcheck.settings import Settings
from migcheck.settings.alembic_config import masked
from migcheck.settings.sources import DEFAULT

_SECRET_WORDS = ("password", "passwd", "secret", "token", "key", "credential")


def show_settings(settings: Settings, origins: Mapping[str, str]) -> None:
    """Print a table of each setting, its value and where that came from; secrets are masked."""
    from rich.table import Table
    from rich.text import Text

    table = Table("setting", "value", "from", box=None, pad_edge=False, header_style="bold")
    for field in fields(settings):
        origin = origins[field.name]
        style = "dim" if origin == DEFAULT else ""
        value = one_line(shown(field.name, getattr(settings, field.name)))
        table.add_row(
            *(Text(text, style=style, overflow="fold") for text in (field.name, value, one_line(origin)))
        )
    show(console(width=200), table)


def shown(name: str, value: object) -> str:
    """A value as a person would write it; passwords in URLs and variables named like secrets as ***."""
    if value is None:
        return {
            "baseline": "none",
            "check_snapshot": "none",
            "cache_dir": "the user's folder for caches",
            "color": "auto",
            "jobs": "the number of processors",
            "url": "the working directory",
        }.get(name, "default" if name.startswith("image") else "all")
    if name in ("env", "image_env") and isinstance(value, tuple):
        return ", ".join(f"{key}={_hidden(key, content)}" for key, content in value) or "none"
    if name == "severity" and isinstance(value, tuple):
        return ", ".join(f"{code}={severity}" for code, severity in value) or "none"
    if isinstance(value, tuple):
        nothing = {"output": "standard output", "select": "all", "target": "all heads"}.get(name, "none")
        return ", ".join(masked(str(item)) for item in value) or nothing
    if isinstance(value, bool):
        return ("always" if value else "never") if name == "color" else str(value).lower()
    if isinstance(value, float):
        return f"{value:g} s"
    return masked(str(value))


def _hidden(key: str, content: str) -> str:
    return "***" if any(word in key.lower() for word in _SECRET_WORDS) else masked(content)
