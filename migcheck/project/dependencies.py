"""What a revision depends on: its own file, what it imports, and files that it names."""

from __future__ import annotations

import ast
import os
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

from migcheck.project.revisions import read_source


class Dependencies:
    """Finds the files that a file depends on; each is read once.

    Imports are followed from file to file, without importing anything, along `path` (as sys.path); what is
    installed is left out. A revision also depends on each of `others`, files that are no Python, that it
    mentions by its name (a script of SQL, say). All paths are absolute, links resolved.
    """

    def __init__(self, path: Iterable[str], others: Iterable[str]) -> None:
        self._path = [os.path.realpath(folder or os.curdir) for folder in path]
        self._named: dict[str, list[str]] = {}
        for file in others:
            self._named.setdefault(os.path.basename(file), []).append(file)
        self._imported: dict[str, frozenset[str]] = {}
        self._files_of: dict[str, tuple[str, ...]] = {}

    def of(self, file: str) -> set[str]:
        """`file` itself, what it imports and what that imports, and what it names."""
        found, waiting = {file}, [file]
        while waiting:
            fresh = [each for each in self._imports_of(waiting.pop()) if each not in found]
            found.update(fresh)
            waiting += fresh
        return found | self._mentioned(file)

    def _mentioned(self, file: str) -> set[str]:
        text = _text(file) if self._named else ""
        return {each for name, files in self._named.items() if name in text for each in files}

    def _imports_of(self, file: str) -> frozenset[str]:
        if file not in self._imported:
            for name in (names := set(_names(file, self._path))):
                if name not in self._files_of:
                    self._files_of[name] = tuple(self._files(name))
            self._imported[file] = frozenset(place for name in names for place in self._files_of[name])
        return self._imported[file]

    def _files(self, name: str) -> Iterator[str]:
        """The files that `import NAME` runs: those of the packages above it too."""
        path = self._path
        parts = name.split(".")
        for number, _ in enumerate(parts, 1):
            module = _module(".".join(parts[:number]), path)
            if module is None:
                return
            origin, below = module
            if origin is not None:
                yield origin
            if below is None:
                return
            path = below


def touched(
    revisions: Mapping[str, str], env_py: str, changed: frozenset[str], path: Iterable[str]
) -> set[str]:
    """Those of `revisions` (revision -> its file) that depend on one of the files that have `changed`: all of
    them where that is `env_py` itself."""
    if os.path.realpath(env_py) in changed:
        return set(revisions)
    if not changed:
        return set()
    found = Dependencies(path, {file for file in changed if not file.endswith(".py")})
    return {
        revision
        for revision, file in revisions.items()
        if not changed.isdisjoint(found.of(os.path.realpath(file)))
    }


def dependencies(
    revisions: Mapping[str, str], folder: str, path: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """The files that each of `revisions` (revision -> its file) depends on, sorted; those that it names are
    looked for in `folder`, that of the scripts."""
    others = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)
    named = (os.path.realpath(file) for file in others if not file.endswith((".py", ".pyc")))
    found = Dependencies(path, named)
    return {revision: tuple(sorted(found.of(os.path.realpath(file)))) for revision, file in revisions.items()}


@cache  # a file may be asked for its imports and for what it names
def _text(file: str) -> str:
    try:
        return read_source(file)
    except (SyntaxError, ValueError):
        return ""


def _module(name: str, path: list[str]) -> tuple[str | None, list[str] | None] | None:
    """Where a module is: its file, where that is the project's own, and the path to look for submodules."""
    try:
        spec = PathFinder.find_spec(name, path)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    below = spec.submodule_search_locations
    origin = os.path.realpath(spec.origin) if spec.origin is not None and spec.has_location else ""
    return origin if _is_own(origin) else None, None if below is None else list(below)


_INSTALLED = {"site-packages", "dist-packages"}
_STANDARD = os.path.realpath(sysconfig.get_paths()["stdlib"])


def _is_own(file: str) -> bool:
    """Whether a file is the project's, and not of Python or of a package that is installed."""
    own = file.endswith(".py") and _INSTALLED.isdisjoint(Path(file).parts)
    return own and not file.startswith(_STANDARD + os.sep)


def _names(file: str, path: list[str]) -> Iterator[str]:
    """The full names of the modules that a file may import."""
    package = _package(file, path)
    for node in _statements(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            if base:
                # What is imported from a package may be a module of it.
                yield from (f"{base}.{alias.name}" for alias in node.names)


def _statements(file: str) -> Iterator[ast.AST]:
    """All statements of a file; imports stand in no expression, where most of the nodes are."""
    try:
        waiting: list[ast.AST] = [ast.parse(_text(file))]
    except (SyntaxError, ValueError):
        return
    while waiting:
        node = waiting.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, field, ())
            waiting += below if isinstance(below, list) else ()  # a lambda's body is an expression


def _package(file: str, path: list[str]) -> list[str]:
    """The parts of the name of the package that holds a file."""
    folder = Path(file).parent
    above = [place for place in path if folder.is_relative_to(place)]
    return list(folder.relative_to(max(above, key=len)).parts) if above else []
