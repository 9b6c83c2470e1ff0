"""The history as Alembic's script directory has it."""

from __future__ import annotations

import ast
import re
import tokenize
import traceback
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationStep, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from migcheck.checks.acknowledgements import irreversible_reason
from migcheck.errors import UsageError
from migcheck.model import History, Problem, RevisionInfo


class Revisions:
    """The revisions of a script directory.

    Alembic loads them when they are first asked for. That must be while env.py runs: some can be
    imported only inside the application that env.py makes.
    """

    def __init__(self, scripts: ScriptDirectory) -> None:
        self._scripts = scripts
        self._infos: dict[str, RevisionInfo] = {}
        self._found: dict[str, Any] = {}

    def history(self) -> History:
        """Load every revision; to be called inside env.py's run, where Alembic loads them.

        What cannot be loaded is a Problem, and then no revision is given.
        """
        problems: list[Problem] = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                infos = tuple(_info(script) for script in reversed(list(self._scripts.walk_revisions())))
                heads, bases = (
                    tuple(sorted(self._scripts.get_heads())),
                    tuple(sorted(self._scripts.get_bases())),
                )
            except (Exception, SystemExit) as error:  # a file may call sys.exit() when it is imported
                problems.append(self._problem(error))
                infos, heads, bases = (), (), ()
        # Where Alembic has warned, what it stumbles over afterwards is a consequence.
        warned = [self._warned(str(warning.message)) for warning in caught]
        return History(infos, heads, bases, tuple(filter(None, warned)) or tuple(problems))

    def _warned(self, text: str) -> Problem | None:
        """The problem that a warning of Alembic's is about: an id used twice, a parent that isn't there."""
        twice = re.match(r"Revision (\S+) is present more than once", text)
        missing = re.match(r"Revision \S+ referenced from (?:.* -> )?([^\s,]+)", text)
        found = twice or missing
        if found is None:
            return None
        name = "revision" if twice else "down_revision|depends_on"
        path, line = self._locate(found[1], name)
        return Problem(text, found[1], path, line)

    def _files(self) -> list[Path]:
        folders = [Path(folder) for folder in self._scripts._version_locations]
        return sorted(path for folder in folders for path in folder.rglob("*.py"))

    def _locate(self, revision: str, name: str) -> tuple[str | None, int | None]:
        """The last file with this revision id, and the line on which `name` is assigned in it."""
        place: tuple[str | None, int | None] = None, None
        for path in self._files():
            lines = read_source(str(path)).splitlines()
            if any(re.match(rf"revision\b.*=\s*['\"]{re.escape(revision)}['\"]", line) for line in lines):
                numbers = (n for n, line in enumerate(lines, 1) if re.match(rf"({name})\b.*=", line))
                place = str(path), next(numbers, None)
        return place

    def _problem(self, error: BaseException) -> Problem:
        if isinstance(error, SyntaxError):
            return Problem(f"{type(error).__name__}: {error.msg}", None, error.filename, error.lineno)
        if isinstance(error, KeyError) and (problem := self._missing_dependency(str(error.args[0]))):
            return problem
        folders = [str(folder) for folder in self._scripts._version_locations]
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
                return Problem(f"{type(error).__name__}: {error}", None, frame.filename, frame.lineno)
        text = str(error) if isinstance(error, CommandError) else f"{type(error).__name__}: {error}"
        return Problem(text)

    def _missing_dependency(self, name: str) -> Problem | None:
        """The problem that Alembic has met without a warning: a depends_on that names nothing."""
        for path in self._files():
            for number, line in enumerate(read_source(str(path)).splitlines(), 1):
                if re.match(rf"depends_on\b.*=.*['\"]{re.escape(name)}['\"]", line):
                    text = f"depends_on names the revision {name}, which is not there"
                    return Problem(text, None, str(path), number)
        return None

    def order(self, targets: Iterable[str], heads: Any) -> list[str]:
        """The revisions that `upgrade TARGET...` runs on a database at `heads`, in Alembic's own order."""
        chosen = tuple(targets) or ("heads",)
        steps: dict[str, None] = {}
        for target in chosen:
            try:
                found = self._scripts._upgrade_revs(target, heads)
            except CommandError as error:
                raise UsageError(f"--target {target}: {error}", "see `alembic heads`") from error
            for step in found:
                steps.setdefault(step.revision.revision)
        return list(steps)

    def info(self, revision: str) -> RevisionInfo:
        """What the script directory knows of one revision."""
        if revision not in self._infos:
            self._infos[revision] = _info(self._script(revision))
        return self._infos[revision]

    def step(self, revision: str, direction: str) -> RevisionStep:
        """The step that moves exactly `revision`. Raises AttributeError when its function is missing."""
        script = self._script(revision)
        if direction == "upgrade":
            return MigrationStep.upgrade_from_script(self._scripts.revision_map, script)
        return MigrationStep.downgrade_from_script(self._scripts.revision_map, script)

    def path(self, revision: str) -> str:
        """The file of a revision as its code objects name it."""
        return str(self._script(revision).module.__file__)

    def _script(self, revision: str) -> Any:
        # Alembic looks an id up as if it could be the beginning of one, or a label, each time.
        if revision not in self._found:
            self._found[revision] = self._scripts.get_revision(revision)
        return self._found[revision]


def _info(script: Any) -> RevisionInfo:
    source = read_source(script.path)
    lines = _function_lines(source)
    reason = irreversible_reason(source)
    if reason is None and getattr(script.module, "irreversible", False) is True:
        reason = "irreversible = True"
    has = {name: callable(getattr(script.module, name, None)) for name in ("upgrade", "downgrade")}
    return RevisionInfo(
        revision=script.revision,
        down_revisions=tuple(script._versioned_down_revisions),
        depends_on=tuple(script._resolved_dependencies),
        branch_labels=tuple(sorted(script.branch_labels)),
        doc=script.doc or "",
        path=str(script.path),
        upgrade_line=lines.get("upgrade", 1) if has["upgrade"] else None,
        downgrade_line=lines.get("downgrade", 1) if has["downgrade"] else None,
        irreversible=reason,
    )


def read_source(path: str) -> str:
    """The text of a Python file in its own encoding; empty where there is none to read."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ""  # a sourceless revision (.pyc) has no lines and no comments


def _function_lines(source: str) -> dict[str, int]:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return {}
    return {node.name: node.lineno for node in body if isinstance(node, ast.FunctionDef)}
