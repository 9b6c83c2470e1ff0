"""What kind of database a project's own URL is for, as far as that can be read without running env.py."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from pathlib import Path

from migcheck.settings.fields import Settings
from migcheck.settings.toml import table_of

USUAL_URL_VARIABLES = (
    "DATABASE_URL",
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_DATABASE_URL",
    "SQLALCHEMY_URL",
    "DB_URL",
)
"""Environment variables from which applications take their URL."""

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)(\+[A-Za-z0-9_]+)?:/")
# `driver://` stands in what `alembic init` writes.
_NONE = ("", "driver", "jdbc")


def own_dialect(config: Path, settings: Settings, environ: Mapping[str, str]) -> str | None:
    """SQLAlchemy's name of the dialect that the project's own URL is for, None where that cannot be told.

    A variable that is named in the settings (`url_env`) or that env.py mentions goes before the config file,
    the config file before variables that are merely set.
    """
    variables = {**environ, **dict(settings.env)}
    source = _env_py(config, settings.name)
    mentioned = [name for name in USUAL_URL_VARIABLES if re.search(rf"\b{name}\b", source)]
    urls = [
        *(variables.get(name, "") for name in (*settings.url_env, *mentioned)),
        _option(config, settings.name, "sqlalchemy.url"),
        *(variables.get(name, "") for name in USUAL_URL_VARIABLES),
    ]
    return next(filter(None, map(_dialect, urls)), None)


def _dialect(url: str) -> str | None:
    found = _SCHEME.match(url)
    name = found[1].lower() if found else ""
    if name == "postgres":
        return "postgresql"
    return None if name in _NONE else name


def _env_py(config: Path, section: str) -> str:
    location = _option(config, section, "script_location").replace("%(here)s", str(config.parent))
    for folder in (Path(location), config.parent / location):
        path = folder / "env.py"
        if location and path.is_file():
            return path.read_text(errors="replace")
    return ""


def _option(config: Path, section: str, name: str) -> str:
    """An option as it is written, without interpolation; empty where there is none."""
    if config.suffix == ".toml":
        value = (table_of(config, "alembic") or {}).get(name, "")
        return value if isinstance(value, str) else ""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(config.read_bytes().decode("utf-8", "replace"))
    except configparser.Error:
        return ""  # that is told elsewhere
    return parser.get(section, name, fallback="")
