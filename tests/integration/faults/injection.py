"""Faults and how one gets into a copy of the honest history.

A fault is a table in one of the *.toml files here:

    name        what a reader of a failing test sees
    revision    where it is injected, hence where it must be found
    found_at    the revision where it is found, when it shows only at another one
    file        instead of a revision: a file of the project (env.py); the finding then has no revision
    changes     pairs of texts: the first, which occurs exactly once in the file, is replaced by the second
    leaves      instead of changes: SQL that upgrade() runs at its end and downgrade() does not undo
    expect      codes that must be found there
    may         codes that may be found there as well, as consequences (MC205 always where MC204 is
                expected, MC213 where a step is to fail)
    elsewhere   codes that may be found of the history as a whole, as consequences
    says        words that message, error or differences of the expected findings must contain
    server      "own": on a server of its own, since it leaves something that all databases of a server share
    extension   an extension that the server must have
    typical     one of the faults that everybody makes
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from migcheck.model import Finding

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).resolve().parent
HISTORY = FOLDER / "history"

_LEAVES = '''\
    op.execute(
        """
        {sql}
        """
    )


def downgrade():
'''


@dataclass(frozen=True)
class Fault:
    """One fault; the fields are described at the top of this file."""

    name: str
    expect: frozenset[str]
    revision: str | None = None
    found_at: str | None = None
    file: str | None = None
    changes: tuple[tuple[str, str], ...] = ()
    may: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    says: str = ""
    server: str | None = None
    extension: str | None = None
    typical: bool = False

    def inject(self, project: Path) -> None:
        """Change the project in `project`, a copy of the honest history."""
        if self.file is not None:
            path = project / self.file
        else:
            (path,) = (project / "versions").glob(f"{self.revision}_*.py")
        text = path.read_text(encoding="utf-8")
        for old, new in self.changes:
            assert text.count(old) == 1, f"{self.name}: {old!r} occurs {text.count(old)} times in {path.name}"
            text = text.replace(old, new)
        compile(text, str(path), "exec")
        path.write_text(text, encoding="utf-8")


def faults(folder: Path = FOLDER) -> list[Fault]:
    """All faults in `folder`, in the order of the files and of the tables in them."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]:
            leaves = table.pop("leaves", None)
            if leaves is not None:
                table["changes"] = [["\n\ndef downgrade():\n", _LEAVES.format(sql=leaves)]]
            table["changes"] = tuple((old, new) for old, new in table["changes"])
            table["expect"] = frozenset(table["expect"])
            consequences = ["MC205"] if "MC204" in table["expect"] else []
            # Where DDL commits by itself, what fails leaves behind what it has done.
            consequences += ["MC213"] if table["expect"] & {"MC201", "MC202", "MC203"} else []
            table["may"] = frozenset([*table.get("may", ()), *consequences])
            table["elsewhere"] = frozenset(table.get("elsewhere", ()))
            table.setdefault("found_at", table.get("revision"))
            found.append(Fault(**table))
    return found


def project_with(chosen: Iterable[Fault], folder: Path, history: Path = HISTORY) -> Path:
    """A copy of the honest `history` in `folder` with the faults in it; returns its alembic.ini."""
    project = folder / "project"
    shutil.copytree(history, project, ignore=shutil.ignore_patterns("__pycache__"))
    for fault in chosen:
        fault.inject(project)
    return project / "alembic.ini"


def words_of(finding: Finding) -> str:
    """Everything that a finding says, in one text."""
    parts = [finding.message, finding.remedy]
    for difference in finding.differences:
        parts += [difference.object_type, difference.name, difference.before or "", difference.after or ""]
    if finding.error is not None:
        parts += [finding.error.type, finding.error.message, finding.error.statement or ""]
    return "\n".join(parts)
