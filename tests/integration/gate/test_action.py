"""The action, as a job of GitHub's runs it: a pull request with a fault, the same mended, and the rest."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.gate.conftest import ACTION, ROOT, Shop
from tests.integration.gate.hub import BOT, FORK, PERSON, SOMEBODY, WORKFLOW, Hub
from tests.integration.gate.runner import Runner

PAGE = (ROOT / "docs" / "github.md").read_text(encoding="utf-8")


def workflow(**inputs: str) -> list[dict[str, Any]]:
    """The steps of the documentation's first workflow, with `inputs` for the action."""
    text = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
    steps: list[dict[str, Any]] = yaml.safe_load(text)["jobs"]["migrations"]["steps"]
    steps[-1]["with"] = {"config": "backend", **inputs}
    return steps


@pytest.fixture
def runner(tmp_path: Path, installed: Path, hub: Hub) -> Runner:
    return Runner(tmp_path / "runner", installed, hub.url, WORKFLOW)


def test_a_pull_request_fails_is_mended_and_passes(shop: Shop, runner: Runner, hub: Hub) -> None:
    merged, event = shop.pull_request(shop.faulty)
    ended = runner.job(shop.folder, workflow(install="false"), event, merged)
    assert not ended.ok, ended.log
    assert ended.outputs["exit-code"] == "1"
    assert ended.steps["Verdict"] == "failed with 1"
    annotation = "::error file=backend/migrations/versions/0004_order_status.py,line="
    assert annotation in ended.log
    assert "MC204" in ended.summary
    (comment,) = hub.bodies(7)
    assert comment.startswith("<!-- migcheck action: Migrations migrations . backend 0 -->\n<!-- migcheck: ")
    assert "MC204" in comment
    report = json.loads(Path(ended.outputs["json"]).read_text())
    # What stood on main before is not verified again.
    assert [each["revision"] for each in report["revisions"] if each["status"] != "skipped"] == ["0004"]
    assert all(Path(ended.outputs[format_]).exists() for format_ in ("sarif", "markdown", "html"))
    assert ended.steps["Keep the database"] == "used"

    merged, event = shop.pull_request(shop.mended())
    ended = runner.job(shop.folder, workflow(install="false"), event, merged)
    assert ended.ok, ended.log
    assert ended.outputs["exit-code"] == "0"
    assert annotation not in ended.log
    # The state of the first run is taken, and there is nothing new to keep.
    assert ended.steps["Keep the database"] == "skipped"
    (replaced,) = hub.bodies(7)
    assert "MC204" not in replaced
    assert replaced != comment


def test_a_shallow_clone_is_completed_and_nothing_changed_needs_no_comment(
    shop: Shop, runner: Runner, hub: Hub
) -> None:
    merged, event = shop.pull_request(None)
    steps = workflow(install="false")
    del steps[0]["with"]
    ended = runner.job(shop.folder, steps, event, merged)
    assert ended.ok, ended.log
    assert "no revision" in ended.log.lower()
    assert hub.comments == {}


def test_a_push_verifies_everything(shop: Shop, runner: Runner, hub: Hub) -> None:
    steps = workflow(install="false", args="--seed-rows 0 --select 'MC1,MC2'")
    ended = runner.job(shop.folder, steps, {"ref": "refs/heads/main"}, shop.base, name="push")
    assert ended.ok, ended.log
    report = json.loads(Path(ended.outputs["json"]).read_text())
    assert report["history"]["verified"] == 3
    assert hub.asked == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"config": "'; touch pwned; '\" $(touch pwned) `touch pwned`\n"}, "touch pwned"),
        ({"args": "--bad; touch pwned; $(touch pwned)"}, "there is no option --bad;"),
        ({"args": "'"}, "cannot be split"),
        ({"since": "$(touch pwned)"}, "there is no such commit"),
        ({"since": "--output=pwned"}, "--since --output=pwned"),
    ],
)
def test_what_inputs_say_is_no_code(
    inputs: dict[str, str], said: str, shop: Shop, runner: Runner, hub: Hub, tmp_path: Path
) -> None:
    merged, event = shop.pull_request(shop.faulty)
    ended = runner.job(shop.folder, workflow(install="false", **inputs), event, merged)
    assert ended.outputs["exit-code"] == "2", ended.log
    assert ended.steps["Verdict"] == "failed with 2"
    assert "::error title=migcheck could not verify::" in ended.log
    assert said in ended.log
    # What an earlier run has found must not stand there as if it were the result of this one.
    (comment,) = hub.bodies(7)
    assert "could not verify (exit code 2)" in comment
    assert list(tmp_path.rglob("pwned")) == []


def test_the_event_with_secrets_is_refused(shop: Shop, runner: Runner) -> None:
    merged, event = shop.pull_request(shop.faulty)
    ended = runner.job(shop.folder, workflow(install="false"), event, merged, name="pull_request_target")
    assert ended.outputs["exit-code"] == "2"
    assert "run the workflow on pull_request instead" in ended.log


def test_an_interpreter_that_is_not_there_is_told(shop: Shop, runner: Runner) -> None:
    merged, event = shop.pull_request(shop.faulty)
    ended = runner.job(shop.folder, workflow(python="nowhere/python"), event, merged)
    assert not ended.ok
    assert "::error title=migcheck could not be installed::there is no nowhere/python" in ended.log


class Commented:
    """The step that comments, alone, with a report that is there."""

    def __init__(self, folder: Path, hub: Hub) -> None:
        self._folder, self._hub = folder, hub
        (folder / "migcheck").mkdir()
        self._event = folder / "event.json"
        self._event.write_text(json.dumps({"pull_request": {"number": 7}}))
        self.report("fine", 1)

    def report(self, text: str, verified: int) -> None:
        (self._folder / "migcheck" / "migcheck.md").write_text(text)
        found = {"findings": [], "history": {"verified": verified}}
        (self._folder / "migcheck" / "migcheck.json").write_text(json.dumps(found))

    def run(self, token: str = WORKFLOW, api: str | None = None, project: str = ". x 0") -> str:
        done = subprocess.run(
            [sys.executable, ROOT / "action" / "comment.py"],
            env={
                "GITHUB_API_URL": api or self._hub.url,
                "GITHUB_EVENT_PATH": str(self._event),
                "GITHUB_JOB": "j",
                "GITHUB_REPOSITORY": "shop/shop",
                "GITHUB_WORKFLOW": "w ----> <!-- >",
                "MIGCHECK_ACTION_EXIT_CODE": "0",
                "MIGCHECK_ACTION_PROJECT": project,
                "MIGCHECK_ACTION_TOKEN": token,
                "RUNNER_TEMP": str(self._folder),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


MARKER = "<!-- migcheck action: w ---- <!-- j . x 0 -->\n"


@pytest.fixture
def commented(tmp_path: Path, hub: Hub) -> Commented:
    return Commented(tmp_path, hub)


def test_the_own_comment_is_found_behind_a_hundred_others(commented: Commented, hub: Hub) -> None:
    for number in range(150):
        hub.add(7, f"comment {number}", SOMEBODY)
    # Whoever writes such a line into a comment of theirs could change it again.
    hub.add(7, f"{MARKER}all is well", SOMEBODY)
    own = hub.add(7, f"{MARKER}three findings", BOT)
    assert commented.run() == ""
    assert own["body"] == f"{MARKER}fine"
    assert len(hub.bodies(7)) == 152
    assert hub.bodies(7)[150] == f"{MARKER}all is well"


def test_a_person_replaces_what_is_theirs(commented: Commented, hub: Hub) -> None:
    hub.add(7, f"{MARKER}old", BOT)
    commented.run(PERSON)
    commented.report("finer", 1)
    commented.run(PERSON)
    assert hub.bodies(7) == [f"{MARKER}old", f"{MARKER}finer"]


def test_each_job_has_a_comment_of_its_own(commented: Commented, hub: Hub) -> None:
    commented.run()
    commented.run(project=". x 1")
    commented.run()
    assert len(hub.bodies(7)) == 2


def test_that_nothing_was_to_verify_is_told_only_in_place_of_findings(commented: Commented, hub: Hub) -> None:
    commented.report("nothing", 0)
    commented.run()
    assert hub.comments == {}
    own = hub.add(7, f"{MARKER}three findings", BOT)
    commented.run()
    assert own["body"] == f"{MARKER}nothing"


@pytest.mark.parametrize("token", [FORK, "wrong", ""])
def test_a_token_that_may_not_write_is_told(commented: Commented, hub: Hub, token: str) -> None:
    assert commented.run(token).startswith("::notice title=migcheck::no comment: the token may not write one")
    assert hub.comments == {}


def test_an_api_that_does_not_answer_is_told(commented: Commented) -> None:
    assert commented.run(api="http://127.0.0.1:9").startswith("::warning title=migcheck::no comment: ")


def test_no_text_of_an_input_becomes_part_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), step["name"]


def test_the_scripts_read_what_the_action_sets() -> None:
    given = {name for step in ACTION["runs"]["steps"] for name in step.get("env", {})}
    read = {
        name
        for file in (ROOT / "action").iterdir()
        if file.is_file()
        for name in re.findall(r"MIGCHECK_ACTION_\w+", file.read_text(encoding="utf-8"))
    } | {
        name
        for step in ACTION["runs"]["steps"]
        for name in re.findall(r"MIGCHECK_ACTION_\w+", step.get("run", ""))
    }
    assert given == read


def test_the_page_lists_all_inputs_and_outputs() -> None:
    listed = set(re.findall(r"`([a-z-]+)`", "\n".join(re.findall(r"^\| `.*?\|", PAGE, re.MULTILINE))))
    assert listed == set(ACTION["inputs"]) | set(ACTION["outputs"])


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_shell_script_is_clean() -> None:
    subprocess.run(["shellcheck", ROOT / "action" / "install.sh"], check=True)
