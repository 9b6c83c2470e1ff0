"""Finding the Alembic project: which config file `--url` means, and whether it is one at all."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from migcheck.errors import UsageError
from migcheck.settings.fields import Settings
from migcheck.settings.toml import table_of
from migcheck.spelling import did_you_mean

INI = "alembic.ini"
PYPROJECT = "pyproject.toml"
_DATABASE_URL = re.compile(r"^(jdbc:)?[A-Za-z][A-Za-z0-9+.-]*://")
_ELSEWHERE_DEPTH = 3


def locate_config(url: str | None, cwd: Path, environ: Mapping[str, str] | None = None) -> Path:
    """The config file (absolute) of the Alembic project that `url` means.

    `url` is an alembic.ini under any name, a pyproject.toml with [tool.alembic], or a folder holding
    one (alembic.ini first); None means the file that ALEMBIC_CONFIG names, else the working
    directory `cwd`, as for the alembic command. Raises UsageError that says where was looked.
    """
    url = url or (environ or {}).get("ALEMBIC_CONFIG") or None
    if url is not None and _DATABASE_URL.match(url):
        raise UsageError(
            f"--url takes the path of an Alembic project, and {masked(url)} is the URL of a database",
            "give the project as `--url alembic.ini`, and the server to verify on (if it is to be that one) "
            "as `--database URL`; without --database a disposable server is started",
        )
    place = Path(os.path.abspath(cwd / (url or ".")))
    if place.is_dir():
        return _in_folder(place, cwd)
    if not place.exists():
        raise UsageError(f"there is no {place}", _elsewhere(cwd, cwd))
    if place.suffix == ".toml" and table_of(place, "alembic") is None:
        raise UsageError(
            f"{place} has no table [tool.alembic]",
            f"point --url to the project's {INI}, or keep Alembic's settings in [tool.alembic]",
        )
    return place


def require_script_location(config: Path, name: str) -> None:
    """Raise UsageError where `config` says nowhere in the section `name` where the scripts are.

    As in Alembic, an ini file may leave that to the pyproject.toml beside it.
    """
    if config.suffix == ".toml":
        if "script_location" not in (table_of(config, "alembic") or {}):
            raise UsageError(
                f"{config} has no script_location in [tool.alembic]",
                'add `script_location = "%(here)s/migrations"`: the folder with env.py and versions/',
            )
        return
    parser = _read_ini(config)
    if parser.has_option(name, "script_location"):
        return
    beside = config.with_name(PYPROJECT)
    if beside.is_file() and "script_location" in (table_of(beside, "alembic") or {}):
        return
    sections = [section for section in parser.sections() if parser.has_option(section, "script_location")]
    if sections:
        hint = f"sections that have one: {', '.join(sections)}; choose with --name"
    else:
        hint = "add `script_location = %(here)s/migrations`: the folder with env.py and versions/"
    empty = not parser.sections() and not parser.defaults()
    raise UsageError(
        f"{config} is empty" if empty else f"{config} has no script_location in the section [{name}]", hint
    )


def check_setup_files(settings: Settings, cwd: Path) -> None:
    """Raise UsageError for a `setup` file that cannot be read as UTF-8 text."""
    for name in settings.setup:
        path = cwd / name
        try:
            path.read_bytes().decode("utf-8")
        except OSError as error:
            hint = did_you_mean(path.name, (file.name for file in path.parent.glob("*.sql")))
            raise UsageError(f"--setup {name} cannot be read: {error.strerror}", hint) from None
        except UnicodeDecodeError:
            raise UsageError(f"--setup {name} is not UTF-8 text") from None


def masked(url: str) -> str:
    """The URL with its password, if it has one, made unreadable."""
    hidden = re.sub(r"(://[^/@:]*:).*@", r"\1***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword)=)[^&]*", r"\1***", hidden)


def _in_folder(folder: Path, cwd: Path) -> Path:
    ini, pyproject = folder / INI, folder / PYPROJECT
    if ini.is_file():
        return ini
    if pyproject.is_file() and table_of(pyproject, "alembic") is not None:
        return pyproject
    looked = f"an {INI}, nor a {PYPROJECT} with a table [tool.alembic]"
    raise UsageError(f"no Alembic project in {folder}: there is neither {looked}", _elsewhere(folder, cwd))


def _elsewhere(folder: Path, cwd: Path) -> str:
    found = sorted(_configs_below(folder, _ELSEWHERE_DEPTH))
    if found:
        return f"did you mean `--url {os.path.relpath(found[0], cwd)}`?"
    return "name it with `--url PATH`; `alembic init migrations` makes a new one"


def _configs_below(folder: Path, depth: int) -> Iterator[Path]:
    """alembic.ini files a few levels down; hidden folders and environments are passed over."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name == INI and entry.is_file():
            yield entry
        elif depth and _worth_entering(entry):
            yield from _configs_below(entry, depth - 1)


def _worth_entering(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in ("node_modules", "site-packages"):
        return False
    return folder.is_dir() and not folder.is_symlink() and not (folder / "pyvenv.cfg").exists()


def _read_ini(config: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(config.read_bytes().decode("utf-8", "surrogateescape"), source=str(config))
    except OSError as error:
        raise UsageError(f"{config} cannot be read: {error.strerror}") from None
    except configparser.MissingSectionHeaderError as error:
        raise UsageError(
            f"{config} is no config file of Alembic: line {error.lineno} stands before any [section]",
            "point --url to the project's alembic.ini",
        ) from None
    except configparser.Error as error:
        raise UsageError(f"{config} is no valid config file: {error.message}") from None
    return parser
