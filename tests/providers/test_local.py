"""The PostgreSQL that is installed on the machine."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import ProviderError, UsageError
from migcheck.providers import Server, provider_for
from migcheck.providers.postgresql import installation


def program(folder: Path, version: str) -> Path:
    """A folder with programs that tell a version and do nothing else."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version}"\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only installations are below the folder returned."""
    monkeypatch.setattr(installation, "_PACKAGES", (f"{tmp_path}/lib/postgresql/*/bin",))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/bin")
    monkeypatch.setattr("shutil.which", lambda name: None)
    return tmp_path


def test_a_server_of_it(local_server: Server) -> None:
    assert local_server.provider == "local"
    assert local_server.version.startswith("15.")
    with databases.connect(local_server.address) as connection:
        assert connection.info.server_version // 10000 == 15
        connection.execute("SELECT 1")


def test_a_folder_is_enough(local_server: Server) -> None:
    there = provider_for("local:15").availability().detail.partition(" in ")[2]
    for folder in (there, str(Path(there).parent)):
        with provider_for(f"local:{folder}").start() as server:
            assert server.version == local_server.version


def test_the_newest_wins(machine: Path) -> None:
    for version in ("9.6.24", "15.9", "17.2", "15.10", "18beta1"):
        program(machine / f"lib/postgresql/{version}/bin", version)
    (machine / "lib/postgresql/19").mkdir()
    found = [provider_for(spec).availability().detail for spec in ("local", "local:15", "local:17")]
    assert [detail.split()[1] for detail in found] == ["18beta1", "15.10", "17.2"]
    program(machine / "bin", "18.0")
    assert provider_for("local").availability().detail == f"PostgreSQL 18.0 in {machine}/bin"
    missing = provider_for("local:14").availability()
    assert not missing.available
    assert "15.10" in (missing.hint or "")
    assert not provider_for("local:9").availability().available


def test_what_does_not_run_is_passed_over(machine: Path) -> None:
    program(machine / "lib/postgresql/16/bin", "16.1")
    broken = program(machine / "lib/postgresql/17/bin", "17.1")
    (broken / "postgres").write_bytes(b"\x7fELF for another processor")
    assert "16.1" in provider_for("local").availability().detail
    with pytest.raises(ProviderError, match="does not"):
        provider_for(f"local:{broken}").start()


def test_none_at_all(machine: Path) -> None:
    found = provider_for("local").availability()
    assert (found.available, found.detail) == (False, "no PostgreSQL server is installed on this machine")
    assert "local:BINDIR" in (found.hint or "")


def test_a_wrong_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no PostgreSQL server in") as caught:
        provider_for(f"local:{tmp_path}").start()
    assert "pg_config" in (caught.value.hint or "")
    old = program(tmp_path / "old", "9.6.24")
    with pytest.raises(UsageError, match="too old"):
        provider_for(f"local:{old}").start()
