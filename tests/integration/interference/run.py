"""Runs of the command line on the small history here, and what they leave."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HISTORY = Path(__file__).with_name("history") / "alembic.ini"
_MARK = "FAULTS_RUN"
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
    """A run of `migcheck verify` that has begun; `sleep` are the seconds that the upgrade of 0002 takes."""

    def __init__(
        self, database: str, dialect: str, *words: str, sleep: float = 0.0, driver: str = ""
    ) -> None:
        self._token = secrets.token_hex(8)
        self._begun = time.monotonic()
        environment = {
            **os.environ,
            _MARK: self._token,
            "FAULTS_URL": f"{driver or _DRIVERS[dialect]}://app@127.0.0.1:1/production",
            "FAULTS_SLEEP": str(sleep),
        }
        self._words = ["--url", str(HISTORY), "--database", database, "--format", "json", *words]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "migcheck", "verify", *self._words],
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
        assert _gone(self.processes), [_command(pid) for pid in self.processes()]
        return Outcome(self.process.returncode, output, errors, seconds)

    def processes(self) -> list[int]:
        """Its processes; not a server, which sees nothing of its environment."""
        mark = f"{_MARK}={self._token}".encode()
        return [pid for pid in _pids() if mark in _environment(pid).split(b"\0")]


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


def _gone(look: Any, patience: float = 3.0) -> bool:
    """Whether `look()` finds nothing any more, at the latest after `patience` seconds."""
    deadline = time.monotonic() + patience
    while look():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _environment(pid: int) -> bytes:
    return _read(pid, "environ")


def _command(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode()


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
