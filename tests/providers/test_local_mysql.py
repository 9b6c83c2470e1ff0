"""The MariaDB or MySQL that is installed on the machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from migcheck.dialects.mysql.connection import connect, query
from migcheck.errors import ProviderError, UsageError
from migcheck.providers import Server
from migcheck.providers.base import Availability
from migcheck.providers.local import LocalProvider
from migcheck.providers.mysql import installation

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def program(folder: Path, text: str, name: str = "mysqld") -> Path:
    """A program that tells a version and does nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{path}  Ver {text}"\n')
    path.chmod(0o755)
    return path


MARIADB = "{}-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)"
MYSQL = "{} for Linux on x86_64 (MySQL Community Server - GPL)"
PERCONA = "{}-28 for Linux on x86_64 (Percona Server (GPL), Release 28, Revision 47601f19)"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only installations are below the folder returned."""
    monkeypatch.setattr(installation, "_PACKAGES", (f"{tmp_path}/sbin", f"{tmp_path}/opt/*/bin"))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin")
    return tmp_path


def available(dialect: str, major: str | None = None) -> Availability:
    return LocalProvider(major=major, dialect=dialect).availability()


def test_a_server_of_it(mariadb: Server) -> None:
    found = LocalProvider(dialect="mariadb").availability()
    assert found.detail.startswith(f"MariaDB {mariadb.version} in ")
    with connect(mariadb.address) as connection:
        assert query(connection, "SELECT 1") == [(1,)]


def test_a_folder_is_enough(mariadb: Server) -> None:
    folder = LocalProvider(dialect="mariadb").installation().bin
    for given in (folder, folder.parent):
        with LocalProvider(given, dialect="mysql").start() as server:
            assert (server.version, server.address.dialect) == (mariadb.version, "mariadb")


def test_the_product_of_the_dialect_wins_then_the_newest(machine: Path) -> None:
    for version in ("10.4.34", "10.5.2", "10.11.9", "10.11.10", "11.4.1"):
        program(machine / f"opt/mariadb-{version}/bin", MARIADB.format(version), "mariadbd")
    assert available("mariadb").detail == f"MariaDB 11.4.1 in {machine}/opt/mariadb-11.4.1/bin"
    assert available("mariadb", "10.11").detail.startswith("MariaDB 10.11.10 ")
    assert available("mariadb", "10").detail.startswith("MariaDB 10.11.10 ")
    assert available("mysql").detail == (
        f"MariaDB 11.4.1 in {machine}/opt/mariadb-11.4.1/bin"
        " (the history is for MySQL, which is not installed)"
    )
    program(machine / "opt/mysql-8.0/bin", MYSQL.format("8.0.36"))
    program(machine / "opt/percona/bin", PERCONA.format("8.0.37"))
    assert available("mysql").detail == f"MySQL 8.0.37 in {machine}/opt/percona/bin"
    assert available("mariadb").detail.startswith("MariaDB 11.4.1 ")
    missing = available("mariadb", "10.4")
    assert (missing.available, missing.detail) == (
        False,
        "no MariaDB or MySQL 10.4 is installed on this machine",
    )
    assert "10.4.34" in (missing.hint or "")


def test_two_names_of_one_program_are_one(machine: Path) -> None:
    real = program(machine / "sbin", MARIADB.format("10.11.6"), "mariadbd")
    (machine / "sbin/mysqld").symlink_to(real)
    (machine / "bin").mkdir()
    (machine / "bin/mysqld").symlink_to(real)
    assert len(installation.installed()) == 1


def test_what_does_not_run_is_passed_over(machine: Path) -> None:
    program(machine / "opt/a/bin", MYSQL.format("8.4.2"))
    broken = program(machine / "opt/b/bin", MYSQL.format("9.0.0"))
    broken.write_bytes(b"\x7fELF for another processor")
    lacking = program(machine / "opt/c/bin", MYSQL.format("9.1.0"))
    lacking.write_text("#!/bin/sh\necho 'error while loading shared libraries: libaio.so.1' >&2\nexit 127\n")
    assert available("mysql").detail.startswith("MySQL 8.4.2 ")
    with pytest.raises(ProviderError, match="does not run"):
        LocalProvider(broken.parent, dialect="mysql").start()
    with pytest.raises(ProviderError, match=r"does not tell its version: .*libaio\.so\.1"):
        LocalProvider(lacking.parent, dialect="mysql").start()


@pytest.mark.parametrize(
    ("dialect", "package"), [("mariadb", "mariadb-server-core"), ("mysql", "mysql-server-core")]
)
def test_none_at_all(machine: Path, dialect: str, package: str) -> None:
    found = available(dialect)
    assert (found.available, found.detail) == (
        False,
        "no MariaDB or MySQL server is installed on this machine",
    )
    assert package in (found.hint or "")
    assert "local:BINDIR" in (found.hint or "")


def test_a_wrong_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no MariaDB or MySQL server in") as caught:
        LocalProvider(tmp_path, dialect="mysql").start()
    assert "mariadbd or mysqld" in (caught.value.hint or "")
    for text, old in ((MARIADB, "10.4.34"), (MYSQL, "5.7.44")):
        program(tmp_path / old, text.format(old))
        with pytest.raises(UsageError, match=f"{old} in .* is too old"):
            LocalProvider(tmp_path / old, dialect="mysql").start()


def test_without_its_system_tables() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        program(Path(folder, "bin"), MARIADB.format("10.11.6"), "mariadbd")
        with (
            pytest.raises(ProviderError, match=r"is incomplete: it has no mysql_system_tables\.sql"),
            LocalProvider(Path(folder), dialect="mariadb").start(),
        ):
            pass


@as_root
def test_a_folder_that_only_root_can_enter(mariadb: Server) -> None:
    """Libraries and system tables are found from where the program is: a copy alone would not do."""
    real = LocalProvider(dialect="mariadb").installation().bin / "mariadbd"
    with tempfile.TemporaryDirectory() as closed:
        shutil.copy2(real, closed)
        with (
            pytest.raises(ProviderError, match=f"cannot enter {closed}") as caught,
            LocalProvider(Path(closed), dialect="mariadb").start(),
        ):
            pass
    assert "chmod o+x" in (caught.value.hint or "")
