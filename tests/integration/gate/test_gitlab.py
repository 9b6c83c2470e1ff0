"""The template for GitLab: its jobs' scripts, as a runner runs them, with the variables that GitLab sets."""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.gate.conftest import ROOT, Shop, git

TEMPLATE = yaml.safe_load((ROOT / "templates" / "migcheck.gitlab-ci.yml").read_text(encoding="utf-8"))


def job(name: str) -> dict[str, Any]:
    """A job of the template with what it extends: tables are joined key by key, all else is replaced."""
    own = TEMPLATE[name]
    base = job(own["extends"]) if "extends" in own else {}
    joined = {**base, **own}
    joined["variables"] = {**base.get("variables", {}), **own.get("variables", {})}
    return joined


class Runner:
    """Runs jobs in clones of the shop, whose files it leaves in `folder`."""

    def __init__(self, shop: Shop, python: Path, folder: Path) -> None:
        self._shop, self._python, self.folder = shop, python, folder

    def clone(self, ref: str) -> None:
        if not self.folder.exists():
            git(self._shop.folder, "clone", "--quiet", "--no-checkout", ".", str(self.folder))
        # As GitLab's runner: the commit alone, the branches of the repository are not there.
        git(self.folder, "fetch", "--quiet", "origin", ref)
        git(self.folder, "checkout", "--quiet", "--detach", "--force", ref)
        git(self.folder, "remote", "remove", "origin")
        git(self.folder, "remote", "add", "origin", str(self._shop.folder))

    def run(self, name: str, before: bool = False, **variables: str) -> tuple[int, str]:
        told = job(name)
        lines = [*(told["before_script"] if before else []), *told["script"]]
        kept = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "MIGCHECK_CI"))}
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(lines)],
            cwd=self.folder,
            env={
                **kept,
                "HOME": str(self.folder.parent),
                "PATH": f"{self._python.parent}:{os.environ['PATH']}",
                "LANG": "C.UTF-8",
                "CI": "true",
                "PIP_REQUIRE_VIRTUALENV": "1",  # whatever goes wrong here: not into the machine's own Python
                **told["variables"],
                "MIGCHECK_ARGS": "--url backend/alembic.ini",
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        return done.returncode, done.stdout


@pytest.fixture
def runner(shop: Shop, installed: Path, tmp_path: Path) -> Runner:
    return Runner(shop, installed, tmp_path / "builds")


def test_a_merge_request_fails_is_mended_and_passes(shop: Shop, runner: Runner) -> None:
    _, event = shop.pull_request(shop.faulty)
    runner.clone(event["pull_request"]["head"]["sha"])
    base = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": shop.base}
    code, printed = runner.run(".migcheck", **base)
    assert code == 1, printed
    quality = json.loads((runner.folder / "migcheck-codequality.json").read_text())
    place = "backend/migrations/versions/0004_order_status.py"
    assert {each["location"]["path"] for each in quality} == {place}
    suite = ElementTree.parse(runner.folder / "migcheck-junit.xml").getroot()
    assert len(suite.findall(".//failure")) == 1
    report = json.loads((runner.folder / "migcheck.json").read_text())
    assert report["history"]["verified"] == 1
    (cached,) = TEMPLATE[".migcheck"]["cache"]["paths"]
    assert any((runner.folder / cached).iterdir())

    _, event = shop.pull_request(shop.mended())
    runner.clone(event["pull_request"]["head"]["sha"])
    code, printed = runner.run(".migcheck", **base)
    assert code == 0, printed
    assert json.loads((runner.folder / "migcheck-codequality.json").read_text()) == []


def test_shards_and_their_verdict(shop: Shop, runner: Runner) -> None:
    _, event = shop.pull_request(shop.faulty)
    runner.clone(event["pull_request"]["head"]["sha"])
    for number in "12":
        code, printed = runner.run(
            ".migcheck-shard",
            before=True,
            CI_NODE_INDEX=number,
            CI_NODE_TOTAL="2",
            MIGCHECK_SOURCE="alembic",  # migcheck itself is there
        )
        assert code == 0, printed
    code, printed = runner.run(".migcheck-verdict")
    assert code == 1, printed
    assert "MC204" in printed
    report = json.loads((runner.folder / "migcheck.json").read_text())
    assert report["history"]["verified"] == 4


def test_without_a_source_it_says_so(shop: Shop, runner: Runner) -> None:
    runner.clone(shop.base)
    code, printed = runner.run(".migcheck", before=True)
    assert code == 2
    assert printed.startswith("set MIGCHECK_SOURCE")
