"""The step of the action that writes the report to the pull request, in place of that of an earlier run.

A comment is no part of the verdict: where none can be written, that is said, and the step ends well.
Only the standard library, as a script: it runs with whatever interpreter the project has.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

PAGE = 100  # comments; the most that GitHub gives at once
MOST = 65_536  # characters; what it takes


class GitHub:
    """The REST API of one repository."""

    def __init__(self, url: str, repository: str, token: str) -> None:
        self._url, self._repository, self._token = url, f"/repos/{repository}", token

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        """What it answers. Raises urllib.error.URLError (HTTPError too)."""
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "migcheck",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        place = path if path.startswith("/") else f"{self._repository}/{path}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + place, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def own(self, number: int, marker: str) -> int | None:
        """The first comment that begins with `marker` and is by whoever holds the token, by its id.

        Anybody may write such a line, and the token could change their comment, but so could they then.
        """
        try:
            me = self.ask("GET", "/user")["login"]
        except urllib.error.HTTPError:
            me = None  # the token of a workflow, whose comments are those of a bot
        page = 1
        while comments := self.ask("GET", f"issues/{number}/comments?per_page={PAGE}&page={page}"):
            for comment in comments:
                author = comment.get("user") or {}
                mine = author.get("login") == me if me else author.get("type") == "Bot"
                if mine and (comment.get("body") or "").startswith(marker):
                    return int(comment["id"])
            if len(comments) < PAGE:
                break
            page += 1
        return None


def main() -> int:
    """Write or replace the comment, where there is a pull request."""
    environ = os.environ
    event = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    number = event.get("pull_request", {}).get("number")
    if number is None:
        return 0
    where = " ".join((environ["GITHUB_WORKFLOW"], environ["GITHUB_JOB"], environ["MIGCHECK_ACTION_PROJECT"]))
    marker = f"<!-- migcheck action: {' '.join(where.replace('>', '').split())} -->"
    body, is_news = _report(Path(environ["RUNNER_TEMP"]) / "migcheck", environ["MIGCHECK_ACTION_EXIT_CODE"])
    github = GitHub(environ["GITHUB_API_URL"], environ["GITHUB_REPOSITORY"], environ["MIGCHECK_ACTION_TOKEN"])
    text = {"body": f"{marker}\n{body}"[:MOST]}
    try:
        earlier = github.own(number, marker)
        if earlier is not None:
            github.ask("PATCH", f"issues/comments/{earlier}", text)
        elif is_news:
            github.ask("POST", f"issues/{number}/comments", text)
    except urllib.error.HTTPError as error:
        forbidden = error.code in (401, 403, 404)
        why = "the token may not write one (a fork's pull request, or no `pull-requests: write`)"
        print(f"::notice title=migcheck::no comment: {why if forbidden else error}; see the job's summary")
    except (OSError, ValueError) as error:
        print(f"::warning title=migcheck::no comment: {' '.join(str(error).split())}; see the job's summary")
    return 0


def _report(folder: Path, code: str) -> tuple[str, bool]:
    """The text, and whether it is worth a first comment: that there was nothing to verify is not."""
    markdown = folder / "migcheck.md"
    if markdown.exists():
        report = json.loads((folder / "migcheck.json").read_text(encoding="utf-8"))
        return markdown.read_text(encoding="utf-8"), bool(report["findings"] or report["history"]["verified"])
    error = (folder / "error.txt").read_text(encoding="utf-8")[: MOST // 2]
    fence = "`" * 3
    while fence in error:
        fence += "`"
    return f"### ❌ migcheck could not verify (exit code {code})\n\n{fence}\n{error}\n{fence}\n", True


if __name__ == "__main__":
    sys.exit(main())
