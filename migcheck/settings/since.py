"""Which files have changed since a branch was begun, as git knows."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from migcheck.errors import UsageError

_FETCH = (
    "name a branch as this clone knows it (origin/main); a clone in CI often holds one commit only: fetch the"
    " whole history (fetch-depth: 0, GIT_DEPTH: 0)"
)
_PATIENCE = 60.0  # seconds that git may take for one answer


def changed_files(reference: str, folder: Path) -> frozenset[str]:
    """The files that differ from the commit at which the present branch left `reference`, in the repository
    that holds `folder`; absolute, links resolved.

    What is not committed counts, and so do files that git does not know yet, but not those that it ignores.
    Raises UsageError where that cannot be told.
    """
    root = _git(folder, "rev-parse", "--show-toplevel")
    if root is None:
        raise UsageError(f"--since: {folder} is in no repository of git", "use --revisions or --last")
    top = Path(root.rstrip("\n"))
    commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if commit is None:
        raise UsageError(f"--since {reference}: there is no such commit in {top}", _FETCH)
    base = _git(top, "merge-base", commit.strip(), "HEAD")
    if base is None:
        raise UsageError(f"--since {reference}: the branch in {top} has no commit in common with it", _FETCH)
    differing = _git(top, "diff", "--name-only", "-z", "--no-renames", base.strip(), "--")
    unknown = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    if differing is None or unknown is None:
        raise UsageError(f"--since {reference}: git cannot compare the files in {top}", "see `git status`")
    names = filter(None, (differing + unknown).split("\0"))
    return frozenset(os.path.realpath(top / name) for name in names)


def _git(folder: Path, *words: str) -> str | None:
    """What git prints, None where it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise UsageError("--since: git is not installed", "use --revisions or --last") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"--since: `git {words[0]}` did not end in {_PATIENCE:.0f} s") from error
    return os.fsdecode(done.stdout) if done.returncode == 0 else None
