"""What git says has changed, in real repositories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migcheck.errors import UsageError
from migcheck.settings.since import changed_files
from tests.settings.repositories import git


def commit(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.read_text() + "#\n" if path.exists() else "#\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "more", "--allow-empty")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "app/old.py", "app/moved.py", ".gitignore")
    return folder


def names(folder: Path, reference: str, start: str = "app") -> list[str]:
    changed = changed_files(reference, folder / start)
    return sorted(os.path.relpath(file, os.path.realpath(folder)) for file in changed)


def test_commits_of_the_branch_count_and_those_of_the_other_do_not(repository: Path) -> None:
    git(repository, "switch", "-qc", "feature")
    commit(repository, "app/new é.py")
    git(repository, "switch", "-q", "main")
    commit(repository, "app/old.py")
    git(repository, "switch", "-q", "feature")
    assert names(repository, "main") == ["app/new é.py"]
    assert names(repository, "HEAD") == []


def test_what_is_not_committed_counts_and_what_is_ignored_does_not(repository: Path) -> None:
    (repository / "app/old.py").write_text("changed")
    (repository / "app/staged.py").write_text("")
    git(repository, "add", "app/staged.py")
    (repository / "app/unknown.py").write_text("")
    (repository / ".git/info/exclude").write_text("*.pyc\n")
    (repository / "app/x.pyc").write_text("")
    git(repository, "mv", "app/moved.py", "app/elsewhere.py")
    expected = ["app/elsewhere.py", "app/moved.py", "app/old.py", "app/staged.py", "app/unknown.py"]
    assert names(repository, "HEAD") == expected


def test_what_cannot_be_told_says_why(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="--since nowhere: there is no such commit") as raised:
        changed_files("nowhere", repository)
    assert "fetch-depth: 0" in str(raised.value.hint)
    with pytest.raises(UsageError, match="no such commit"):
        changed_files("--output=x", repository)
    with pytest.raises(UsageError, match="in no repository"):
        changed_files("HEAD", tmp_path)
    git(repository, "switch", "-q", "--orphan", "other")
    commit(repository, "a.py")
    with pytest.raises(UsageError, match="no commit in common"):
        changed_files("main", repository)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        changed_files("main", repository)
