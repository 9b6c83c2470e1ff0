"""The files that other programs read are what those programs take, and so is what the documentation shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.gate.conftest import ROOT


def blocks(page: str, beginning: str) -> list[str]:
    """The YAML of a page that begins so."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for block in found if block.startswith(beginning)]


def written(folder: Path, texts: list[str]) -> list[Path]:
    files = [folder / f"{number}.yml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def holds(*command: str | Path) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "file"),
    [("github-actions", "action.yml"), ("gitlab-ci", "templates/migcheck.gitlab-ci.yml")],
)
def test_files(schema: str, file: str) -> None:
    holds("check_jsonschema", "--builtin-schema", f"vendor.{schema}", ROOT / file)


@pytest.mark.parametrize(
    ("schema", "page", "beginning", "number"),
    [
        ("github-workflows", "github.md", "name:", 4),
        ("github-workflows", "tutorial.md", "name:", 1),
        ("gitlab-ci", "gitlab.md", "include:", 4),
    ],
)
def test_pages(schema: str, page: str, beginning: str, number: int, tmp_path: Path) -> None:
    files = written(tmp_path, blocks(page, beginning))
    assert len(files) == number
    holds("check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


def test_pre_commit(tmp_path: Path) -> None:
    holds("pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    files = written(tmp_path, blocks("pre-commit.md", "repos:"))
    assert len(files) == 2
    holds("pre_commit", "validate-config", *files)
