"""What the documentation says is true: its Python runs, its links lead somewhere, its commands exist."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import migcheck

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def blocks(page: Path, language: str) -> list[str]:
    """The text of each fenced block of one language."""
    return [text for found, text in BLOCK.findall(page.read_text(encoding="utf-8")) if found == language]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = HEADING.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def files(page: Path) -> dict[str, str]:
    """The modules among a page's blocks: those that begin with `# NAME.py`."""
    named = ((re.match(r"# (\w+\.py)\n", text), text) for text in blocks(page, "python"))
    return {match[1]: text for match, text in named if match}


PYTHON = [
    pytest.param(page, text, id=f"{page.relative_to(ROOT)}:{number}")
    for page in PAGES
    # Their Python is revisions; those of the tutorial are run by its own test.
    if page.parent.name != "checks" and page.name != "tutorial.md"
    for number, text in enumerate(blocks(page, "python"), 1)
]


@pytest.mark.parametrize(("page", "text"), PYTHON)
def test_python_examples_run(page: Path, text: str, tmp_path: Path) -> None:
    """Each block is a whole program, run in a copy of the example project, beside the page's modules."""
    project = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", project, ignore=shutil.ignore_patterns("__pycache__"))
    for name, content in {**files(page), "example.py": text}.items():
        (project / name).write_text(content, encoding="utf-8")
    # A block with tests in it is meant for pytest, any other for Python itself.
    runner = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "\ndef test_" in f"\n{text}" else []
    done = subprocess.run(
        [sys.executable, *runner, "example.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_python_examples() -> None:
    assert len(PYTHON) >= 5


def test_every_public_name_is_documented_with_its_parameters() -> None:
    _, _, listed = (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8").partition("## All names\n")
    assert [name for name in migcheck.__all__ if name != "__version__" and f"`{name}" not in listed] == []
    signatures = dict(re.findall(r"`(\w+)\(([^`]*)\)`", listed))
    functions = {name: getattr(migcheck, name) for name in migcheck.__all__ if name.islower()}
    for name, function in functions.items():
        if not name.startswith("__"):
            told = inspect.signature(eval(f"lambda {signatures[name]}: 0"))
            real = inspect.signature(function).parameters.values()
            assert [(p.name, p.kind, p.default) for p in told.parameters.values()] == [
                (p.name, p.kind, p.default) for p in real
            ], name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    missing = []
    for match in LINK.finditer(BLOCK.sub("", page.read_text(encoding="utf-8"))):
        target = match[1] or match[2]
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            missing.append(target)
    assert missing == []


def commands(language: str) -> list[str]:
    """Every line of the pages' shell blocks that calls migcheck."""
    lines = (line.strip() for page in PAGES for text in blocks(page, language) for line in text.splitlines())
    return sorted({line.removeprefix("$ ") for line in lines if re.match(r"(\$ )?migcheck ", line)})


def test_options_in_the_documentation_exist() -> None:
    helps = {}
    reports = ("report convert", "report merge", "report open")
    for command in ("verify", "drift", "snapshot", "checks", "doctor", *reports, "cache info", "cache clear"):
        done = subprocess.run(
            [sys.executable, "-m", "migcheck", *command.split(), "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        helps[command] = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", done.stdout))
    shown = commands("") + commands("console") + commands("sh")
    assert any("verify" in line for line in shown)
    for line in shown:
        words = line.partition(" | ")[0].split()
        if words[1].startswith("-"):
            continue
        command = next((c for c in helps if words[1:][: len(c.split())] == c.split()), None)
        assert command is not None, f"no such command: {line}"
        options = {word.partition("=")[0] for word in words[2:] if re.match(r"--?[a-zA-Z]", word)}
        assert options <= helps[command], f"no such option: {line}"
