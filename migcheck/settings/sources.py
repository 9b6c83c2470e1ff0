"""The four sources of settings, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields as dataclass_fields
from functools import partial
from pathlib import Path
from typing import Any

from migcheck.errors import UsageError
from migcheck.settings.fields import FIELDS, FORMATS, PARTS, Settings, checked
from migcheck.settings.toml import read_toml, table_of
from migcheck.settings.values import split_output
from migcheck.spelling import did_you_mean, nearest

OWN_FILE = "migcheck.toml"
PYPROJECT = "pyproject.toml"
PREFIX = "MIGCHECK_"
DEFAULT = "default"

# Those that are not called as the setting is, because each is for one of several values.
_FLAGS = {"independent_branches": "--independent-branch", "plugins": "--plugin"}
_NUMBERS = ("jobs", "last", "seed_rows", "random_seed", "step_timeout", "verbose", "quiet")
_COMMA_LISTS = (
    "plugins",
    "database",
    "image_env",
    "x",
    "target",
    "output",
    "setup",
    "stamp",
    "url_env",
    "severity",
    "independent_branches",
)


def load_settings(
    flags: Mapping[str, object], cwd: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[Settings, Mapping[str, str]]:
    """Settings from the defaults, a settings file, MIGCHECK_* and `flags`, the later over the former.

    `flags` maps names of settings to values; None and () mean "not given". `cwd` and `environ` are those of
    the process unless others are given. A list replaces the
    list of an earlier source, and the part of the history that is verified is that of one source; the tables
    `env` and `severity` are joined key by key. The second
    result says for each setting where its value came from ("default", "/p/pyproject.toml",
    "MIGCHECK_DATABASE", "--database"). Raises UsageError, which names the source at fault.
    """
    cwd, environ = cwd or Path.cwd(), os.environ if environ is None else environ
    given = {name: value for name, value in flags.items() if value is not None and value != ()}
    from_environ = _from_environ(environ)
    url = given.get("url") or from_environ.get("url", ("", None))[1]
    values: dict[str, object] = {}
    origins = {field.name: DEFAULT for field in dataclass_fields(Settings)}

    def take(name: str, value: object, origin: str) -> None:
        accepted = checked(name, value, origin)
        if FIELDS[name].merge and name in values:
            accepted = tuple(sorted({**dict(values[name]), **dict(accepted)}.items()))  # type: ignore[call-overload]
            origin = f"{origins[name]}, {origin}"
        values[name], origins[name] = accepted, origin

    def next_source(names: Iterable[str]) -> None:
        if not set(PARTS).isdisjoint(names):
            for name in PARTS:
                values.pop(name, None)
                origins[name] = DEFAULT

    path = find_settings_file(str(url) if url else None, cwd)
    if path is not None:
        for name, (origin, value) in _from_file(path).items():
            accepted = checked(name, value, origin)
            take(name, _resolved(name, accepted, path.parent), str(path))
    next_source(from_environ)
    for name, (origin, value) in from_environ.items():
        take(name, value, origin)
    next_source(given)
    for name, value in given.items():
        flag = _FLAGS.get(name) or f"--{name.replace('_', '-')}"
        take(name, value, flag if len(name) > 1 else f"-{name}")
    return Settings(**values), origins  # type: ignore[arg-type]


def find_settings_file(url: str | None, cwd: Path) -> Path | None:
    """The settings file (absolute) for a project, or None.

    Looked for in the folder of the Alembic config that `url` names and in that folder's parents,
    then in the working directory `cwd` and its parents; the first found counts. In each folder a
    migcheck.toml goes before a pyproject.toml, and a pyproject.toml without [tool.migcheck] is
    passed over.
    """
    starts = [Path(os.path.abspath(cwd))]
    if url is not None and "://" not in url:
        place = Path(os.path.abspath(cwd / url))
        starts.insert(0, place if place.is_dir() else place.parent)
    for start in starts:
        for folder in (start, *start.parents):
            if (folder / OWN_FILE).is_file():
                return folder / OWN_FILE
            if _has_own_table(folder / PYPROJECT):
                return folder / PYPROJECT
    return None


def _has_own_table(pyproject: Path) -> bool:
    try:
        # A broken pyproject.toml far up the tree must not end a run that does not need it.
        mentioned = pyproject.is_file() and b"migcheck" in pyproject.read_bytes()
    except OSError:
        return False
    return mentioned and table_of(pyproject, "migcheck") is not None


def _from_file(path: Path) -> dict[str, tuple[str, Any]]:
    """Name -> (origin, value) of what a settings file holds; - and _ in keys are the same."""
    own = path.name == OWN_FILE
    table = read_toml(path) if own else table_of(path, "migcheck") or {}
    where = str(path) if own else f"{path}: [tool.migcheck]"
    found: dict[str, tuple[str, Any]] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in FIELDS:
            raise UsageError(f"{where} has an unknown key {key!r}", _known_keys_hint(key, own, table))
        if name in found:
            raise UsageError(f"{where} has {name!r} twice: with - and with _")
        found[name] = (f"{where} {key}", value)
    return found


def _known_keys_hint(key: str, own: bool, table: Mapping[str, object]) -> str:
    if own and key == "tool":
        return f"in a {OWN_FILE} the keys stand at the top, without [tool.migcheck]"
    known = f"known keys: {', '.join(sorted(FIELDS))}"
    return did_you_mean(key, (name for name in FIELDS if name not in table)) or known


def _resolved(name: str, value: object, folder: Path) -> object:
    """Relative paths in a settings file are meant from its own folder."""
    if name == "database" and isinstance(value, tuple):
        return tuple(map(partial(_resolved_database, folder), value))
    if not FIELDS[name].path:
        return value
    if name == "output" and isinstance(value, tuple):
        return tuple(map(partial(_resolved_output, folder), value))
    if isinstance(value, tuple):
        return tuple(str(folder / item) for item in value)
    return value if value is None else str(folder / str(value))


def _resolved_database(folder: Path, spec: str) -> str:
    provider, _, argument = spec.partition(":")
    is_path = provider == "local" and argument and not argument.replace(".", "").isdigit()
    return f"local:{folder / argument}" if is_path else spec


def _resolved_output(folder: Path, spec: str) -> str:
    format_, file = split_output(spec, FORMATS)
    placed = file if file == "-" else str(folder / file)
    return placed if format_ is None else f"{format_}:{placed}"


def _from_environ(environ: Mapping[str, str]) -> dict[str, tuple[str, Any]]:
    """Name -> (origin, value) of the MIGCHECK_* variables, and of NO_COLOR and FORCE_COLOR.

    An empty variable counts as not set. Variables that merely begin with MIGCHECK_ are not ours to
    judge, unless they look like a misspelt one.
    """
    found: dict[str, tuple[str, Any]] = {}
    for variable, color in (("FORCE_COLOR", True), ("NO_COLOR", False)):
        if environ.get(variable):
            found["color"] = (variable, color)
    variables = {PREFIX + name.upper(): name for name in FIELDS}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or not environ[variable]:
            continue
        if variable == "MIGCHECK_ENV":
            raise UsageError(
                "MIGCHECK_ENV is no setting: what is in the environment reaches env.py anyway",
                "set the variables themselves, or use --env K=V or [tool.migcheck.env]",
            )
        if variable in variables:
            name = variables[variable]
            found[name] = (variable, _spoken(name, environ[variable]))
        elif match := nearest(variable.removeprefix(PREFIX), FIELDS, cutoff=0.8):
            raise UsageError(
                f"the environment variable {variable} is no setting", f"did you mean {PREFIX}{match.upper()}?"
            )
    return found


def _spoken(name: str, text: str) -> object:
    """What the text of a variable means: lists are separated by commas, booleans are words."""
    if name in _COMMA_LISTS:
        return [item.strip() for item in text.split(",") if item.strip()]
    if name in _NUMBERS:
        try:
            return float(text) if name == "step_timeout" else int(text)
        except ValueError:
            return text
    if name == "color":
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text.lower())
    return text
