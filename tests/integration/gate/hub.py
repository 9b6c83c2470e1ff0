"""What stands in for GitHub's REST API: it keeps comments, and lets write who may."""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

WORKFLOW, FORK, PERSON = "token-of-a-workflow", "token-of-a-fork", "token-of-a-person"
BOT = {"login": "github-actions[bot]", "type": "Bot"}
SOMEBODY = {"login": "somebody", "type": "User"}


class Hub:
    """A server with the comments of each pull request, by number."""

    def __init__(self) -> None:
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.asked: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.answer(self)

            def do_POST(self) -> None:
                hub.answer(self)

            def do_PATCH(self) -> None:
                hub.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Hub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def add(self, number: int, body: str, user: dict[str, str]) -> dict[str, Any]:
        identity = 1 + sum(map(len, self.comments.values()))
        comment = {"id": identity, "body": body, "user": user}
        self.comments.setdefault(number, []).append(comment)
        return comment

    def bodies(self, number: int) -> list[str]:
        return [comment["body"] for comment in self.comments.get(number, [])]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(f"{request.command} {request.path}")
        length = int(request.headers.get("Content-Length") or 0)
        body = json.loads(request.rfile.read(length)) if length else {}
        token = (request.headers["Authorization"] or "").removeprefix("Bearer ")
        status, answer = self._answer(request.command, urlsplit(request.path), body, token)
        data = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _answer(self, method: str, url: Any, body: dict[str, str], token: str) -> tuple[int, Any]:
        refused = {"message": "Resource not accessible by integration"}
        if token not in (WORKFLOW, FORK, PERSON):
            return 401, {"message": "Bad credentials"}
        if url.path == "/user":
            return (200, SOMEBODY) if token == PERSON else (403, refused)
        if found := re.fullmatch(r"/repos/shop/shop/issues/(\d+)/comments", url.path):
            number = int(found[1])
            if method == "GET":
                asked = {name: int(values[0]) for name, values in parse_qs(url.query).items()}
                size = min(asked.get("per_page", 30), 100)
                start = (asked.get("page", 1) - 1) * size
                return 200, self.comments.get(number, [])[start : start + size]
            if token == FORK:
                return 403, refused
            if len(body["body"]) > 65_536:
                return 422, {"message": "body is too long"}
            return 201, self.add(number, body["body"], SOMEBODY if token == PERSON else BOT)
        if method == "PATCH" and (found := re.fullmatch(r"/repos/shop/shop/issues/comments/(\d+)", url.path)):
            if token == FORK:
                return 403, refused
            for comment in (each for several in self.comments.values() for each in several):
                if comment["id"] == int(found[1]):
                    comment["body"] = body["body"]
                    return 200, comment
        return 404, {"message": "Not Found"}
