"""Runs jobs as GitHub's runner does, as far as one machine can.

`run:` steps run for real, in bash, with the environment that they have there, and so does our action. What
other actions a job needs does here what it does there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
TOKEN = re.compile(r"\s*('(?:[^']|'')*'|\|\||&&|==|!=|!|\(|\)|[\w.\-]+)")


class Expression:
    """What is used here of GitHub's expressions: names, texts, `==`, `!=`, `&&`, `||`, `!`, parentheses."""

    def __init__(self, text: str, contexts: dict[str, Any]) -> None:
        assert TOKEN.sub("", text).strip() == "", f"not understood: {text}"
        self._tokens = TOKEN.findall(text)
        self._contexts = contexts

    def value(self) -> Any:
        value = self._either()
        assert not self._tokens, f"not understood: {self._tokens}"
        return value

    def _next(self, *wanted: str) -> str | None:
        return self._tokens.pop(0) if self._tokens and self._tokens[0] in wanted else None

    def _either(self) -> Any:
        value = self._both()
        while self._next("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._equal()
        while self._next("&&"):
            other = self._equal()
            value = value and other
        return value

    def _equal(self) -> Any:
        value = self._one()
        while operator := self._next("==", "!="):
            other = self._one()
            value = (value == other) if operator == "==" else (value != other)
        return value

    def _one(self) -> Any:
        if self._next("!"):
            return not self._one()
        if self._next("("):
            value = self._either()
            assert self._next(")")
            return value
        token = self._tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        value = self._contexts
        for name in token.split("."):
            value = (value or {}).get(name)
        return value


def filled(text: Any, contexts: dict[str, Any]) -> str:
    """`text` with what its `${{ }}` stand for."""
    if isinstance(text, bool):
        return str(text).lower()

    def shown(found: re.Match[str]) -> str:
        value = Expression(found[1], contexts).value()
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    return re.sub(r"\$\{\{(.*?)\}\}", shown, str(text))


@dataclass
class Ended:
    """How a job ended: `log` is what its steps printed, `steps` has a verdict for each by its name."""

    ok: bool = True
    log: str = ""
    summary: str = ""
    steps: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)


class Runner:
    """One machine: its tools, and the caches that jobs left."""

    def __init__(self, folder: Path, python: Path, api: str, token: str) -> None:
        self._folder, self._python, self._api, self.token = folder, python, api, token
        self._caches = folder / "caches"
        self._caches.mkdir(parents=True, exist_ok=True)

    def job(
        self,
        repository: Path,
        steps: list[dict[str, Any]],
        event: dict[str, Any],
        ref: str,
        *,
        name: str = "pull_request",
        index: int = 0,
    ) -> Ended:
        """Run `steps` on `ref` of `repository`, as a job named `migrations`."""
        job = _Job(self, self._folder / f"job-{uuid.uuid4().hex[:8]}", repository, event, ref, name, index)
        return job.run(steps)

    def restore(self, key: str, others: list[str], path: Path) -> str:
        """Copy what is kept by `key`, or by the first of `others` that any key begins with; the key found."""
        kept = sorted(self._caches.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
        found = [each for each in kept if each.name == key]
        found += [each for other in others for each in kept if each.name.startswith(other)]
        if not found:
            return ""
        shutil.copytree(found[0], path, dirs_exist_ok=True)
        return found[0].name

    def keep(self, key: str, path: Path) -> None:
        """Keep `path` by `key`, if nothing is yet."""
        if not (self._caches / key).exists():
            shutil.copytree(path, self._caches / key)

    def environment(self) -> dict[str, str]:
        """That of every step."""
        return {
            "HOME": str(self._folder),
            "PATH": f"{self._python.parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "CI": "true",
            "PIP_REQUIRE_VIRTUALENV": "1",  # whatever goes wrong here: not into the machine's own Python
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self._api,
            "GITHUB_REPOSITORY": "shop/shop",
            "GITHUB_WORKFLOW": "Migrations",
            "GITHUB_JOB": "migrations",
            **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "MIGCHECK_CI"))},
        }


class _Job:
    def __init__(
        self,
        runner: Runner,
        folder: Path,
        repository: Path,
        event: dict[str, Any],
        ref: str,
        name: str,
        index: int,
    ) -> None:
        self._runner, self._repository, self._ref = runner, repository, ref
        self._workspace, self._temp = folder / "workspace", folder / "temp"
        for each in (self._workspace, self._temp):
            each.mkdir(parents=True)
        self._event = folder / "event.json"
        self._event.write_text(json.dumps(event))
        self._environment = {
            **runner.environment(),
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(self._event),
            "GITHUB_WORKSPACE": str(self._workspace),
            "RUNNER_TEMP": str(self._temp),
            "RUNNER_OS": "Linux",
        }
        self._contexts = {
            "github": {"event": event, "job": "migrations", "sha": ref, "token": runner.token},
            "runner": {"os": "Linux", "temp": str(self._temp)},
            "strategy": {"job-index": index},
        }
        self._ended = Ended()

    def run(self, steps: list[dict[str, Any]]) -> Ended:
        self._steps(steps, self._contexts, {})
        return self._ended

    def _steps(self, steps: list[dict[str, Any]], contexts: dict[str, Any], extra: dict[str, str]) -> None:
        contexts = {**contexts, "steps": {}}
        for number, step in enumerate(steps):
            known = step.get("name") or step.get("uses") or f"step {number}"
            condition = str(step.get("if", "success()"))
            if not self._ended.ok and "always()" not in condition:
                continue
            plain = re.sub(
                r"(success|always)\(\)", "'true'", condition.removeprefix("${{").removesuffix("}}")
            )
            if not Expression(plain, contexts).value():
                self._ended.steps[known] = "skipped"
                continue
            outputs = self._step(step, known, contexts, extra)
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": outputs}
        self._last = contexts

    def _step(
        self, step: dict[str, Any], known: str, contexts: dict[str, Any], extra: dict[str, str]
    ) -> dict[str, str]:
        if "uses" in step:
            given = {name: filled(value, contexts) for name, value in step.get("with", {}).items()}
            self._ended.steps[known] = "used"
            return self._use(step["uses"], given)
        output, summary = self._temp / uuid.uuid4().hex, self._temp / "summary.md"
        output.touch()
        environment = {
            **self._environment,
            **extra,
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            **{name: filled(value, contexts) for name, value in step.get("env", {}).items()},
        }
        script = self._temp / f"{uuid.uuid4().hex}.sh"
        script.write_text(filled(step["run"], contexts))
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self._workspace / filled(step.get("working-directory", "."), contexts),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        self._ended.log += f"== {known}\n{done.stdout}"
        self._ended.summary = summary.read_text() if summary.exists() else ""
        self._ended.steps[known] = "passed" if done.returncode == 0 else f"failed with {done.returncode}"
        self._ended.ok &= done.returncode == 0
        return dict(line.split("=", 1) for line in output.read_text().splitlines())

    def _use(self, action: str, given: dict[str, str]) -> dict[str, str]:
        name = action.partition("@")[0]
        if name.endswith("/migcheck"):
            self._composite(ROOT, given)
        elif name == "actions/checkout":
            self._check_out(int(given.get("fetch-depth", "1")))
        elif name == "actions/cache/restore":
            others = given["restore-keys"].split()
            found = self._runner.restore(given["key"], others, Path(given["path"]))
            hit = str(found == given["key"]).lower()
            return {"cache-primary-key": given["key"], "cache-matched-key": found, "cache-hit": hit}
        elif name == "actions/cache/save":
            self._runner.keep(given["key"], Path(given["path"]))
        elif name != "actions/setup-python":
            raise AssertionError(f"{name} is not known to these tests")
        return {}

    def _composite(self, folder: Path, given: dict[str, str]) -> None:
        action = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        assert set(given) <= set(action["inputs"]), given
        inputs = {
            name: given.get(name, filled(told.get("default", ""), self._contexts))
            for name, told in action["inputs"].items()
        }
        self._steps(
            action["runs"]["steps"], {**self._contexts, "inputs": inputs}, {"GITHUB_ACTION_PATH": str(folder)}
        )
        self._ended.outputs = {
            name: filled(told["value"], self._last) for name, told in action["outputs"].items()
        }

    def _check_out(self, depth: int) -> None:
        """As actions/checkout: one commit, or all where the depth is 0."""

        def git(*words: str) -> None:
            subprocess.run(["git", *words], cwd=self._workspace, check=True, capture_output=True)

        git("init", "--quiet")
        git("remote", "add", "origin", self._repository.as_uri())
        what = ["+refs/heads/*:refs/remotes/origin/*", self._ref] if depth == 0 else [self._ref]
        git("fetch", "--quiet", *([f"--depth={depth}"] if depth else []), "origin", *what)
        git("checkout", "--quiet", "--detach", self._ref)
