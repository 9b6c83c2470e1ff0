"""The how-to pages, word for word: their files are written, their commands run, and print what is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What is followed are blocks of the language console, and those whose file is named on the line before.
BLOCK = re.compile(r"^(?:[^\n]*`([^`\n]+)`:\n\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "-- the next command --"
# How long it takes, and which wheel of the server: neither is what a page is about.
CHANGES = (
    (r"\b\d+\.\d+ s\b", "0.1 s"),
    (r"(PostgreSQL|SQLite) \d+(\.\d+)+", r"\1 1.0"),
)
FOLLOWED = sorted(
    page for page in ROOT.glob("docs/how-to/*.md") if "```console" in page.read_text(encoding="utf-8")
)


def steps(text: str) -> tuple[str, list[tuple[str, str]]]:
    """A script that does what the page says, and each command with what it is shown to print."""
    script, shown = [], []
    for file, language, content in BLOCK.findall(text):
        if file:
            script.append(
                f"mkdir -p $(dirname '{file}')\ncat > '{file}' <<'END OF FILE'\n{content}END OF FILE"
            )
        elif language == "console":
            for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                shown.append((command, output))
                script.append(f"{command}\necho '{MARK}'")
    return "\n".join(script), shown


def unchanging(text: str) -> str:
    """`text` without what differs from run to run."""
    for pattern, replacement in CHANGES:
        text = re.sub(pattern, replacement, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.stem)
def test_commands_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    script, shown = steps(page.read_text(encoding="utf-8"))
    own = {name: text for name, text in os.environ.items() if not name.startswith(("MIGCHECK_", "GIT_"))}
    who = {
        f"GIT_{role}_{what}": "me@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ["bash"],
        cwd=tmp_path,
        input=script,
        env={
            **own,
            **who,
            "COLUMNS": "200",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    printed = done.stdout.split(f"{MARK}\n")[:-1]
    assert len(printed) == len(shown) > 1, done.stdout
    for (command, expected), text in zip(shown, printed, strict=True):
        assert unchanging(text) == unchanging(expected), f"$ {command}"


def test_there_are_pages_that_are_followed() -> None:
    assert len(FOLLOWED) >= 4
