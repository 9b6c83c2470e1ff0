"""The reader is tested on the oldest and the newest server at hand."""

from __future__ import annotations

import pytest

from migcheck.providers import Server


@pytest.fixture(scope="session", params=["local_server", "server"])
def each_server(request: pytest.FixtureRequest) -> Server:
    """PostgreSQL 15 of the machine, then the embedded 18."""
    server: Server = request.getfixturevalue(request.param)
    return server
