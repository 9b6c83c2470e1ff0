"""A place for the runs of one test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.providers.runs import processes


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for the runs of one test, which the server's user may enter."""
    memory = Path("/dev/shm")
    path = Path(tempfile.mkdtemp(prefix="test-", dir=memory if memory.is_dir() else None))
    path.chmod(0o711)
    yield path
    for pid in processes(path):  # of a test that failed
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(path)
