"""What a run within pytest is told: options, the settings as ever, pytest-alembic's `alembic_config`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from migcheck.errors import UsageError
from migcheck.settings import Settings, load_settings

_OURS = ("before_revision_data", "at_revision_data", "minimum_downgrade_revision", "skip_revisions")


@dataclass(frozen=True)
class PluginSettings:
    """The settings of migcheck, and what only pytest-alembic's users say: rows, a floor, what to skip.

    `floor` is a revision: the downgrades of it and of all below it are not judged. `skipped` are revisions of
    which nothing is judged. `script_location` replaces that of the config file.
    """

    settings: Settings
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    floor: str | None = None
    skipped: tuple[str, ...] = ()
    script_location: str | None = None


_OF_CONFIG = pytest.StashKey[PluginSettings]()


def settings_of(request: pytest.FixtureRequest) -> PluginSettings:
    """The settings of the test that `request` belongs to."""
    return with_alembic_config(of_config(request.config), _alembic_config(request), request.config.rootpath)


def of_config(config: pytest.Config) -> PluginSettings:
    """What the options, the ini and migcheck's own settings say, read once; raises UsageError."""
    if _OF_CONFIG not in config.stash:
        config.stash[_OF_CONFIG] = _read(config)
    return config.stash[_OF_CONFIG]


def _read(config: pytest.Config) -> PluginSettings:
    url = config.getoption("--migcheck-url")
    if url is None and config.getini("migcheck_url"):
        folder = config.inipath.parent if config.inipath else config.rootpath
        url = str(folder / config.getini("migcheck_url"))
    database = config.getoption("--migcheck-database") or config.getini("migcheck_database") or None
    settings, _ = load_settings({"url": url, "database": database}, _beginning(config, url), os.environ)
    if settings.url is None:
        settings = replace(settings, url=str(_beginning(config, url)))
    return PluginSettings(settings)


def _beginning(config: pytest.Config, url: str | None) -> Path:
    """The folder in which the project is looked for: where pytest was called, else its root."""
    here = Path.cwd()
    there = any((here / name).exists() for name in ("alembic.ini", "migcheck.toml"))
    return here if url is not None or there else config.rootpath


def with_alembic_config(given: PluginSettings, raw: object, root: Path) -> PluginSettings:
    """`given`, and what the fixture says: a dict (left as it is), pytest-alembic's Config or Alembic's."""
    if not raw:
        return given
    options = _options(raw)
    file = options.get("file") or options.get("config_file_name")
    settings = given.settings
    if file:
        settings = replace(settings, url=str(root / str(file)))
    location = options.get("script_location")
    return PluginSettings(
        settings,
        _rows(options.get("before_revision_data")),
        _rows(options.get("at_revision_data")),
        options.get("minimum_downgrade_revision"),
        tuple(options.get("skip_revisions") or ()),
        None if location is None else str(location),
    )


def _options(raw: object) -> dict[str, Any]:
    if isinstance(raw, Mapping):
        return dict(raw)
    if hasattr(raw, "config_options"):  # pytest-alembic's own Config
        inner = getattr(raw, "alembic_config", None)
        own = {name: getattr(raw, name, None) for name in _OURS}
        return {**(_options(inner) if inner else {}), **dict(raw.config_options), **own}
    option = getattr(raw, "get_main_option", None)
    if option is not None:  # Alembic's
        found = {"file": getattr(raw, "config_file_name", None), "script_location": option("script_location")}
        return {name: value for name, value in found.items() if value}
    raise UsageError(
        f"the fixture alembic_config gives {type(raw).__name__}",
        "it may give a dict, a pytest_alembic.Config or an alembic.config.Config",
    )


def _rows(given: object) -> Mapping[str, Any] | None:
    """Rows by revision, also out of pytest-alembic's RevisionSpec."""
    data = getattr(given, "data", given)
    return dict(data) if isinstance(data, Mapping) and data else None


def _alembic_config(request: pytest.FixtureRequest) -> object:
    try:
        return request.getfixturevalue("alembic_config")
    except pytest.FixtureLookupError:
        return None
