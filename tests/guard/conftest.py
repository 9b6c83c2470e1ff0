"""Where production would be: nobody may call there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from migcheck.model import ServerAddress

_PRELUDE = """
import asyncio, os, sys
from migcheck.guard import Guard
from migcheck.errors import GuardError
from migcheck.model import ServerAddress
DIALECT, HOST, PORT, USER, DATABASE, PRODUCTION = sys.argv[1:7]
WHERE = "SELECT current_database()" if DIALECT == "postgresql" else "SELECT DATABASE()"
guard = Guard.of_process()
guard.turn_to(ServerAddress(DIALECT, HOST, int(PORT), USER, None, "postgres", True), DATABASE)
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def production() -> Iterator[socket.socket]:
    """A socket that listens where production would; it would see even an attempt to connect."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def nobody_called(production: socket.socket) -> Callable[[], bool]:
    """Whether no connection to `production` was tried."""

    def look() -> bool:
        production.settimeout(0.05)
        try:
            production.accept()
        except TimeoutError:
            return True
        return False

    return look


@pytest.fixture
def run(production: socket.socket) -> Run:
    """Run code in a process whose guard is turned to a database: the guard cannot be taken off again."""

    def run_code(
        code: str, address: ServerAddress, database: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        port = str(production.getsockname()[1])
        return subprocess.run(
            [sys.executable, "-c", _PRELUDE + textwrap.dedent(code), address.dialect,
             address.host, str(address.port), address.user, database, port],
            env={**os.environ, "PGPORT": port, **variables}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    return run_code
