"""Checks and providers that others bring: by entry points of installed distributions, or by modules that the
settings name."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from migcheck.checks import Check, catalogue, custom
from migcheck.errors import MigcheckError, PluginError, UsageError
from migcheck.providers import Availability, all_providers
from migcheck.providers import custom as providers
from migcheck.settings import Settings, load_settings
from migcheck.spelling import did_you_mean

CHECKS = "migcheck.checks"
"""The group of entry points of checks: each is a module in which they are defined, or one of them."""
PROVIDERS = "migcheck.providers"
"""That of providers, likewise."""


def load_plugins(settings: Settings, folder: Path) -> None:
    """Register all checks and providers of installed distributions, and of the modules in `settings.plugins`.

    Those modules are looked for in `folder` (the working directory) and in that of the Alembic project, too.
    Raises PluginError for what cannot be loaded or brings nothing, UsageError for a module that isn't there.
    """
    for group, load in ((CHECKS, _load_checks), (PROVIDERS, _load_providers)):
        found = {(_distribution(entry), entry.name): entry for entry in entry_points(group=group)}
        for (distribution, _), entry in sorted(found.items()):
            load(entry, distribution)
    with _importable([folder, *_folder_of(settings.url)]) as folders:
        for name in settings.plugins:
            _load_module(name, folders)


def all_checks(settings: Settings | None = None) -> tuple[Check, ...]:
    """The catalogue of checks: migcheck's own, and those of others.

    `settings` say which modules bring some; without them, those of the working directory are read. Raises
    MigcheckError as `load_plugins` does.
    """
    load_plugins(settings or load_settings({}, Path.cwd(), os.environ)[0], Path.cwd())
    return catalogue()


def doctor(settings: Settings | None = None) -> tuple[Availability, ...]:
    """Which ways to get a database server work on this machine, as `migcheck doctor` shows it.

    Servers and arguments of providers that `settings` name (without them, those of the working directory) are
    tried as well. Nothing that is started for it stays. Raises MigcheckError as `load_plugins` does.
    """
    chosen = settings or load_settings({}, Path.cwd(), os.environ)[0]
    load_plugins(chosen, Path.cwd())
    found = []
    for provider in all_providers(chosen.database):
        try:
            found.append(provider.availability())
        except MigcheckError as error:
            found.append(Availability(provider.name, False, error.message, error.hint))
        except Exception as error:  # one that cannot even answer does not work, and is no reason to stop
            found.append(Availability(provider.name, False, f"{type(error).__name__}: {error}", None))
    return tuple(found)


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "an unknown distribution"


def _load_checks(entry: EntryPoint, distribution: str) -> None:
    known = custom.registered()
    loaded = _loaded(entry, distribution)
    if isinstance(loaded, Check):
        if loaded not in custom.registered():
            custom.add(loaded)
        custom.attribute(loaded, distribution)
        return
    module = entry.value.partition(":")[0]
    brought = [c for c in custom.registered() if c not in known or _is_within(custom.module_of(c), module)]
    if not brought:
        raise _nothing(entry, distribution, "check", "@migcheck.check")
    for check in brought:
        custom.attribute(check, distribution)


def _load_providers(entry: EntryPoint, distribution: str) -> None:
    known = {each.name for each in providers.registered()}
    _loaded(entry, distribution)
    module = entry.value.partition(":")[0]
    brought = [e for e in providers.registered() if e.name not in known or _is_within(e.module, module)]
    if not brought:
        raise _nothing(entry, distribution, "provider", "@migcheck.provider")
    for each in brought:
        providers.attribute(each, distribution)


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _nothing(entry: EntryPoint, distribution: str, kind: str, decorator: str) -> PluginError:
    return PluginError(
        f"the entry point {entry.name!r} of {distribution} ({entry.group}) brings no {kind}",
        f"{entry.value} must be one, or the module in which they are defined with {decorator}",
    )


def _loaded(entry: EntryPoint, distribution: str) -> Any:
    try:
        return entry.load()
    except MigcheckError:
        raise
    except (Exception, SystemExit) as error:
        raise _broken(
            f"the entry point {entry.name!r} of {distribution} ({entry.value})",
            f"mend it, or uninstall it: pip uninstall {distribution.partition(' ')[0]}",
            error,
        ) from error


def _load_module(name: str, folders: Sequence[str]) -> ModuleType:
    try:
        return importlib.import_module(name)
    except MigcheckError:
        raise
    except ModuleNotFoundError as error:
        if error.name is None or not _is_within(name, error.name):
            raise _broken(f"the module {name} of the setting plugins", None, error) from error
        there = [path.stem for folder in folders for path in Path(folder).glob("*.py")]
        raise UsageError(
            f"plugins: there is no module {name!r}",
            did_you_mean(name, there) or f"looked for in {', '.join(folders)}, and in what is installed",
        ) from error
    except (Exception, SystemExit) as error:
        raise _broken(f"the module {name} of the setting plugins", None, error) from error


def _broken(what: str, hint: str | None, error: BaseException) -> PluginError:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__ and "importlib" not in frame.filename]
    place = f" at {own[-1].filename}:{own[-1].lineno}" if own else ""
    return PluginError(
        f"{what} cannot be loaded{place}: {type(error).__name__}: {error}",
        hint,
        "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    )


def _folder_of(url: str | None) -> Iterator[Path]:
    if url is not None:
        path = Path(url).absolute()
        yield path if path.is_dir() else path.parent


@contextmanager
def _importable(folders: Sequence[Path]) -> Iterator[list[str]]:
    """Modules in `folders` can be imported inside; before any other of their name."""
    names = list(dict.fromkeys(str(folder) for folder in folders))
    added = [name for name in names if name not in sys.path]
    sys.path[:0] = added
    try:
        yield names
    finally:
        for name in added:
            if name in sys.path:
                sys.path.remove(name)
