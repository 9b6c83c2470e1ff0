"""Which revisions a change of files touches: by their own file, what they import, files that they name."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

from migcheck.model.project import Changed
from migcheck.project.revisions import read_source


def touched(revisions: Mapping[str, str], env_py: str, changed: Changed, path: Iterable[str]) -> set[str]:
    """Those of `revisions` (revision -> its file) that depend on one of the files that have `changed`.

    Imports are followed from file to file, without importing anything, along `path` (as sys.path) and within
    the repository: what is installed does not change with a branch. A revision also depends on a file that is
    no Python and that it mentions by its name (a script of SQL, say), and every revision on `env_py` itself.
    """
    if os.path.realpath(env_py) in changed.files:
        return set(revisions)
    imports = _Imports(path, changed.root, {file for file in changed.files if file.endswith(".py")})
    named = {os.path.basename(file) for file in changed.files if not file.endswith(".py")}
    return {
        revision
        for revision, file in revisions.items()
        if imports.lead_to_change(os.path.realpath(file)) or _mentions(file, named)
    }


def _mentions(file: str, names: set[str]) -> bool:
    return bool(names) and any(name in text for text in _texts(file) for name in names)


def _texts(file: str) -> Iterator[str]:
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache  # a file may be asked for its imports and for its texts
def _tree(file: str) -> ast.Module:
    try:
        return ast.parse(read_source(file))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


class _Imports:
    """Follows imports; each file is read once."""

    def __init__(self, path: Iterable[str], root: str, changed: set[str]) -> None:
        self._path = [os.path.realpath(folder or os.curdir) for folder in path]
        self._root = root
        self._changed = changed
        self._imported: dict[str, tuple[str, ...]] = {}

    def lead_to_change(self, file: str) -> bool:
        """Whether `file` has changed, or one that it imports, or one that those import."""
        seen, waiting = {file}, [file]
        while waiting and self._changed:
            current = waiting.pop()
            if current in self._changed:
                return True
            fresh = [each for each in self._imports_of(current) if each not in seen]
            seen.update(fresh)
            waiting += fresh
        return False

    def _imports_of(self, file: str) -> tuple[str, ...]:
        if file not in self._imported:
            found = {place for name in _names(file, self._path) for place in self._files(name)}
            self._imported[file] = tuple(sorted(found))
        return self._imported[file]

    def _files(self, name: str) -> Iterator[str]:
        """The files that `import NAME` runs: those of the packages above it too."""
        path: list[str] | None = self._path
        parts = name.split(".")
        for number, _ in enumerate(parts, 1):
            try:
                spec = PathFinder.find_spec(".".join(parts[:number]), path)
            except (ImportError, ValueError, AttributeError):
                return
            if spec is None:
                return
            if spec.origin is not None and spec.has_location:
                origin = os.path.realpath(spec.origin)
                if self._is_own(origin):
                    yield origin
            if spec.submodule_search_locations is None:
                return
            path = list(spec.submodule_search_locations)

    def _is_own(self, file: str) -> bool:
        """Whether a file belongs to the repository (where a virtual environment may stand, too)."""
        own = file.endswith(".py") and Path(file).is_relative_to(self._root)
        return own and "site-packages" not in Path(file).parts


def _names(file: str, path: list[str]) -> Iterator[str]:
    """The full names of the modules that a file may import."""
    package = _package(file, path)
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            if base:
                # What is imported from a package may be a module of it.
                yield from (f"{base}.{alias.name}" for alias in node.names)


def _package(file: str, path: list[str]) -> list[str]:
    """The parts of the name of the package that holds a file."""
    folder = Path(file).parent
    above = [place for place in path if folder.is_relative_to(place)]
    return list(folder.relative_to(max(above, key=len)).parts) if above else []
