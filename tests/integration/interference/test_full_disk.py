"""A server whose disk runs full in the middle of a migration."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck.providers import Provider, directories, provider_for
from tests.integration.interference.hosts import FOREIGN, Host
from tests.integration.interference.proxy import Proxy
from tests.integration.interference.run import Run, could_not_verify


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder on a disk of 250 MB, with a short path; a visible skip where none can be mounted."""
    place = Path(tempfile.mkdtemp(prefix="disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=250m,mode=0711", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    try:
        if mounted.returncode:
            pytest.skip(f"needs the right to mount a disk: {mounted.stderr.strip()}")
        yield place
        subprocess.run(["umount", place], check=True)
    finally:
        place.rmdir()


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb"])
def test_the_disk_runs_full(
    dialect: str, small_disk: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dialect == "mariadb":
        request.getfixturevalue("mariadb")  # where it is missing, see there
    monkeypatch.setattr(directories, "places", lambda: [small_disk])
    provider: Provider = (
        provider_for("embedded") if dialect == "postgresql" else provider_for("local", dialect=dialect)
    )
    with provider.start() as server:
        host = Host(server.address)
        host.make_foreign()
        with Proxy(host.socket) as proxy:
            outcome = Run(host.url(proxy.port), host.dialect, filled=30).end()
        could_not_verify(outcome, "the server's disk is full in upgrade of 0002: ")
        assert "free some space" in outcome.errors
        assert host.databases() == []
        assert host.foreign() == FOREIGN
