"""Runs of the command line on the small history here, and what they leave."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

HISTORY = Path(__file__).with_name("history") / "alembic.ini"
_MARK = "FAULTS_RUN"
T = TypeVar("T")
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and after how many seconds."""

    code: int
    output: str
    errors: str
    seconds: float

    @property
    def findings(self) -> list[tuple[str, str | None]]:
        """Code and revision of each finding in the JSON that it wrote."""
        return [(found["code"], found["revision"]) for found in self.report["findings"]]

    @property
    def report(self) -> dict[str, Any]:
        """What it wrote."""
        report: dict[str, Any] = json.loads(self.output)
        return report


class Run:
    """A run of `migcheck verify` that has begun; `wait` is for the upgrade of 0002 (see there)."""

    def __init__(self, database: str, dialect: str, *words: str, **wait: float | str) -> None:
        self._token = secrets.token_hex(8)
        self._begun = time.monotonic()
        environment = {
            **os.environ,
            _MARK: self._token,
            "DATABASE_URL": f"{_DRIVERS[dialect]}://app@127.0.0.1:1/production",
            "FAULTS": json.dumps(wait),
        }
        always = ("--url", str(HISTORY), "--database", database, "--format", "json")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "migcheck", "verify", *always, *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def end(self, patience: float = 60.0) -> Outcome:
        """Wait for its end; nothing that it started is there any more then."""
        try:
            output, errors = self.process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, errors = self.process.communicate()
            raise AssertionError(f"it had not ended after {patience:g} s: {errors}") from None
        seconds = time.monotonic() - self._begun
        left = gone(self.processes)
        assert not left, [_command(pid) for pid in left]
        return Outcome(self.process.returncode, output, errors, seconds)

    def processes(self) -> list[int]:
        """Its processes, without those of a server."""
        mark = f"{_MARK}={self._token}".encode()
        return [pid for pid in _pids() if mark in _read(pid, "environ").split(b"\0")]

    def server(self) -> list[int]:
        """The processes of its private server, which see nothing of its environment; the first came first."""
        ours = set(self.processes())
        first = [pid for pid in _pids() if _parent(pid) in ours and pid not in ours]
        return [*first, *(pid for pid in _pids() if _parent(pid) in first)]


def could_not_verify(outcome: Outcome, *words: str) -> None:
    """It ended with exit code 3 and one message, with `words` in it; nothing is put down to a migration."""
    errors = outcome.errors
    assert outcome.code == 3, (outcome.code, outcome.output, errors)
    assert outcome.output == ""
    assert "Traceback" not in errors
    messages = [line for line in errors.splitlines() if line.startswith("error: ")]
    assert len(messages) == 1, errors
    assert sum(line.startswith("hint: ") for line in errors.splitlines()) == 1, errors
    for word in words:
        assert word in messages[0], (word, errors)
    assert "MC2" not in errors


def gone(look: Callable[[], list[T]], patience: float = 3.0) -> list[T]:
    """What `look()` still finds after `patience` seconds; it ends earlier when that is nothing."""
    deadline = time.monotonic() + patience
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _parent(pid: int) -> int | None:
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else None


def _command(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode()


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
