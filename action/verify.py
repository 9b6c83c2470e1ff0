"""The step of the action that verifies: the command, run once, and what the later steps have to know of it.

Only the standard library, as a script: it runs with whatever interpreter the project has.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

REPORTS = {
    "json": "migcheck.json",
    "sarif": "migcheck.sarif",
    "markdown": "migcheck.md",
    "html": "migcheck.html",
}


def main() -> int:
    """Run `migcheck verify`; its exit code becomes an output, for the last step to end with."""
    folder = Path(os.environ["RUNNER_TEMP"]) / "migcheck"
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*REPORTS.values(), "error.txt"):
        (folder / name).unlink(missing_ok=True)  # of an earlier step of the same job
    code, error = _verified(folder)
    if code > 1:
        print(f"::error title=migcheck could not verify::{_data(error)}", flush=True)
        (folder / "error.txt").write_text(error, encoding="utf-8")
    written = {format_: folder / name for format_, name in REPORTS.items() if (folder / name).exists()}
    cache = folder / "cache"
    outputs = {
        "exit-code": str(code),
        "cached": "true" if cache.is_dir() and any(cache.iterdir()) else "false",
        **{format_: str(file) for format_, file in written.items()},
    }
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())
    return 0


def _verified(folder: Path) -> tuple[int, str]:
    """The exit code, and what was said on standard error."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    if os.environ.get("GITHUB_EVENT_NAME") == "pull_request_target":
        # There the base repository's secrets and a token that may write are at hand of whatever runs.
        return 2, "migrations are code of the pull request: run the workflow on pull_request instead"
    try:
        command = _command(event, folder)
    except FileNotFoundError as error:
        return 2, str(error)
    except ValueError as error:
        return 2, f"`args` cannot be split as a shell does: {error}"
    # On one line, whatever the inputs have: a later one could begin like a command for the runner.
    print("[command]" + " ".join(shlex.join(["migcheck", *command[1:]]).split()), flush=True)
    done = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace")
    assert done.stderr is not None
    said = []
    for line in done.stderr:
        sys.stderr.write(line)
        said.append(line)
    code = done.wait()
    return (code if code >= 0 else 3), "".join(said).strip() or f"migcheck ended with {code}"


def _command(event: dict[str, Any], folder: Path) -> list[str]:
    environ = os.environ
    command = [_migcheck(), "verify", "--format", "github"]
    for format_, name in REPORTS.items():
        command += ["--output", f"{format_}:{folder / name}"]
    if config := environ["MIGCHECK_ACTION_CONFIG"]:
        command.append(f"--url={config}")
    if since := _since(event, environ["MIGCHECK_ACTION_SINCE"]):
        _complete_clone()
        command.append(f"--since={since}")
    if environ["MIGCHECK_ACTION_CACHE"] == "true":
        command.append(f"--cache-dir={folder / 'cache'}")
    return command + shlex.split(environ["MIGCHECK_ACTION_ARGS"])


def _migcheck() -> str:
    """The command, not `python -m`: that would look for modules in the working directory first."""
    beside = shutil.which("migcheck", path=sysconfig.get_path("scripts"))
    if found := beside or shutil.which("migcheck"):
        return found
    raise FileNotFoundError(f"migcheck is not installed for {sys.executable}: leave `install` at true")


def _since(event: dict[str, Any], given: str) -> str:
    if given:
        return "" if given == "all" else given
    if "pull_request" in event:
        return str(event["pull_request"]["base"]["sha"])
    return str(event["merge_group"]["base_sha"]) if "merge_group" in event else ""


def _complete_clone() -> None:
    """By default actions/checkout gets one commit, and where the branch has left its base is not in it."""
    asked = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], capture_output=True, text=True, check=False
    )
    if asked.stdout.strip() == "true":
        # Where that fails migcheck says what is missing.
        subprocess.run(["git", "fetch", "--quiet", "--unshallow", "origin"], check=False)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main())
