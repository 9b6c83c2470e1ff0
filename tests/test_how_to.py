"""The how-to pages, word for word: their files are written, their commands run, and print what is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.followed import MARK, WHO, steps, unchanging

ROOT = Path(__file__).resolve().parent.parent
# How long it takes, and which wheel of the server: neither is what a page is about.
CHANGES = (
    (r"\b\d+\.\d+ s\b", "0.1 s"),
    (r"(PostgreSQL|SQLite) \d+(\.\d+)+", r"\1 1.0"),
)
FOLLOWED = sorted(
    page for page in ROOT.glob("docs/how-to/*.md") if "```console" in page.read_text(encoding="utf-8")
)


@pytest.mark.slow
@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.stem)
def test_commands_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    script, shown, _ = steps(page.read_text(encoding="utf-8"))
    own = {name: text for name, text in os.environ.items() if not name.startswith(("MIGCHECK_", "GIT_"))}
    done = subprocess.run(
        ["bash"],
        cwd=tmp_path,
        input=script,
        env={
            **own,
            **WHO,
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
        assert unchanging(text, CHANGES) == unchanging(expected, CHANGES), f"$ {command}"


def test_there_are_pages_that_are_followed() -> None:
    assert len(FOLLOWED) >= 4
