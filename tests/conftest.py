"""Servers and databases for all tests, got the way a user gets them: from the providers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.providers import Server, provider_for

REQUIRED = "MIGCHECK_TEST_REQUIRE"

# Whoever starts the tests in the background of a script has Ctrl-C ignored, and what they start would, too.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The embedded PostgreSQL 18."""
    with provider_for("embedded:18").start() as running:
        yield running


@pytest.fixture(scope="session")
def local_server() -> Iterator[Server]:
    """PostgreSQL 15 installed on the machine: the oldest version that the tests run on, and with contrib.

    Where it is missing its tests are skipped, unless MIGCHECK_TEST_REQUIRE names `local`.
    """
    provider = provider_for("local:15")
    there = provider.availability()
    if not there.available:
        reason = f"PostgreSQL 15 is not installed here: {there.detail}"
        if "local" in os.environ.get(REQUIRED, "").replace(",", " ").split():
            pytest.fail(f"{reason} ({REQUIRED} asks for it)")
        pytest.skip(reason)
    with provider.start() as running:
        yield running


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of a fresh, empty database on `server`."""
    name = databases.new_name(server.run)
    databases.create(server.address, name)
    yield name
    databases.drop(server.address, name)
