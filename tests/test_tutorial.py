"""The tutorial, word for word: its files are written, its commands run, and they print what it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.followed import MARK, WHO, steps, unchanging
from tests.integration.gate.hub import WORKFLOW, Hub
from tests.integration.gate.runner import Runner

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tutorial.md"
# How long it takes, which wheel of the server and which names Faker has: neither is what the page is about.
CHANGES = (
    (r"\b\d+\.\d+ s\b", "0.1 s"),
    (r"PostgreSQL \d+\.\d+", "PostgreSQL 18.4"),
    (r"= '[^']*'", "= '...'"),
)


class Followed:
    """The page's project after all of it, and what each command printed."""

    def __init__(self, folder: Path) -> None:
        script, self.shown, others = steps(PAGE.read_text(encoding="utf-8"))
        assert others == [], "neither commands nor a file with a name"
        (folder / "migcheck").symlink_to(ROOT)
        # Any python3 will do, and nothing else of the environment that the tests run in.
        tools = folder / "tools"
        tools.mkdir()
        (tools / "python3").write_text(f'#!/bin/sh\nexec {sys._base_executable} "$@"\n')  # type: ignore[attr-defined]
        (tools / "python3").chmod(0o755)
        kept = ("HOME", "LANG", "USER", "TMPDIR", "MIGCHECK_CI_RUN")
        environ = {
            name: value for name, value in os.environ.items() if name in kept or name.startswith("PIP_")
        }
        done = subprocess.run(
            ["bash"],
            cwd=folder,
            input=script,
            env={
                **environ,
                **WHO,
                "PATH": f"{tools}:{os.environ['PATH']}",
                "PIP_REQUIRE_VIRTUALENV": "1",
                "XDG_CACHE_HOME": str(folder / "cache"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )
        self.project = folder / "shop"
        self.printed = done.stdout.split(f"{MARK}\n")[:-1]

    def commit(self, message: str) -> str:
        """The commit of that message, by its name."""
        done = subprocess.run(
            ["git", "log", "--format=%H", "--all", "--fixed-strings", f"--grep={message}"],
            cwd=self.project,
            check=True,
            capture_output=True,
            text=True,
        )
        (found,) = done.stdout.split()
        return found


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    return Followed(tmp_path_factory.mktemp("tutorial"))


def test_commands_print_what_is_shown(followed: Followed) -> None:
    assert len(followed.printed) == len(followed.shown) > 20
    for (command, shown), printed in zip(followed.shown, followed.printed, strict=True):
        if not command.startswith("pip "):  # which tells what it thinks of its index
            assert unchanging(printed, CHANGES) == unchanging(shown, CHANGES), f"$ {command}"


def test_its_gate_fails_and_then_passes(followed: Followed, tmp_path: Path) -> None:
    workflow = yaml.safe_load((followed.project / ".github" / "workflows" / "migrations.yml").read_text())
    steps = workflow["jobs"]["migrations"]["steps"]
    base = followed.commit("A shop, and a gate")
    event = {"pull_request": {"number": 1, "base": {"sha": base}}}
    with Hub() as hub:
        runner = Runner(tmp_path, followed.project / ".venv" / "bin" / "python", hub.url, WORKFLOW)
        failed = runner.job(followed.project, steps, event, followed.commit("Phones"))
        (comment,) = hub.bodies(1)
        assert (failed.outputs["exit-code"], failed.ok) == ("1", False), failed.log
        assert "::error file=migrations/versions/0003_phones.py,line=11" in failed.log
        assert "MC301" in comment

        steps[-1]["with"] = {"install": "false"}  # done by the first job, on the same machine
        passed = runner.job(followed.project, steps, event, followed.commit("A phone is empty"))
        (comment,) = hub.bodies(1)
        assert (passed.outputs["exit-code"], passed.ok) == ("0", True), passed.log
        assert "MC301" not in comment
