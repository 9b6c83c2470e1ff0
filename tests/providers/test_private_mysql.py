"""A private MariaDB: what it is like, and what keeps it from starting."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck.dialects.mysql.connection import connect, query
from migcheck.errors import DatabaseError, ProviderError
from migcheck.providers import Server, account, directories
from migcheck.providers.local import LocalProvider
from migcheck.providers.mysql import data_directory
from migcheck.providers.private import private_server

pytestmark = pytest.mark.usefixtures("mariadb")  # which says when there is none

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder for temporary files; the server's user may enter it."""
    path = Path(tempfile.mkdtemp(prefix="test-"))
    path.chmod(0o711)
    monkeypatch.setattr(directories, "places", lambda: [path])
    yield path
    shutil.rmtree(path)


def start() -> None:
    with LocalProvider(dialect="mariadb").start():
        pass


def test_what_it_is(mariadb: Server) -> None:
    address = mariadb.address
    assert (mariadb.provider, address.dialect, address.private) == ("local", "mariadb", True)
    with connect(address) as connection:
        version, user, grants = query(
            connection, "SELECT VERSION(), CURRENT_USER(), (SELECT COUNT(*) FROM information_schema.events)"
        )[0]
        assert version.startswith(f"{mariadb.version}-MariaDB")
        assert (user, grants) == ("root@localhost", 0)
        assert [name for (name,) in query(connection, "SHOW DATABASES")] == [
            "information_schema",
            "mysql",
            "performance_schema",
            "sys",
        ]
    assert mariadb.log_tail()


def test_two_at_once(mariadb: Server) -> None:
    with LocalProvider(dialect="mariadb").start() as other:
        assert other.address.host != mariadb.address.host
        with connect(other.address) as first, connect(mariadb.address) as second:
            query(first, "CREATE DATABASE migcheck_here")
            assert query(second, "SHOW DATABASES LIKE 'migcheck_here'") == []
    assert not Path(other.address.host).exists()


def test_nobody_else_can_connect(mariadb: Server) -> None:
    socket = Path(mariadb.address.host)
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert (socket.parent.parent / "data").stat().st_mode & 0o777 == 0o700
    with connect(mariadb.address) as connection:
        assert query(connection, "SELECT @@skip_networking, @@port") == [(1, 0)]


def test_settings_are_those_of_production(mariadb: Server) -> None:
    """Compiled-in defaults, whatever option files there are on this machine, and the usual character set."""
    names = ("character_set_server", "sql_mode", "log_bin", "lower_case_table_names")
    program = LocalProvider(dialect="mariadb").installation().bin / "mariadbd"
    told = subprocess.run([program, "--no-defaults", "--verbose", "--help"], capture_output=True, text=True)
    lines = dict(line.split(None, 1) for line in told.stdout.splitlines() if len(line.split(None, 1)) == 2)
    with connect(mariadb.address) as connection:
        found = {name: str(query(connection, f"SELECT @@GLOBAL.{name}")[0][0]) for name in names}
    assert (found["log_bin"], found["character_set_server"]) == ("0", "utf8mb4")
    for name in ("sql_mode", "lower_case_table_names"):
        assert found[name] == lines[name.replace("_", "-")].strip(), name


def test_events_are_made_and_do_not_run(mariadb: Server) -> None:
    with connect(mariadb.address) as connection:
        query(connection, "CREATE DATABASE migcheck_events")
        try:
            query(connection, "CREATE TABLE migcheck_events.t (id int)")
            query(
                connection,
                "CREATE EVENT migcheck_events.e ON SCHEDULE EVERY 1 SECOND"
                " DO INSERT INTO migcheck_events.t VALUES (1)",
            )
            time.sleep(1.2)
            assert query(connection, "SELECT COUNT(*) FROM migcheck_events.t") == [(0,)]
        finally:
            query(connection, "DROP DATABASE migcheck_events")


@as_root
def test_any_unprivileged_user_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_CANDIDATES", ("no such user", "root", "nobody"))
    with LocalProvider(dialect="mariadb").start() as server:
        assert Path(server.address.host).owner() == "nobody"


def test_a_long_path_gets_a_shorter_one_for_the_socket(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = place / ("x" * 60) / ("y" * 60)
    long.mkdir(parents=True)
    monkeypatch.setattr(directories, "places", lambda: [long, place])
    with LocalProvider(dialect="mariadb").start() as server:
        assert long not in Path(server.address.host).parents
        with connect(server.address) as connection:
            assert str(long) in query(connection, "SELECT @@datadir")[0][0]
    assert [path.name for path in place.iterdir()] == ["x" * 60]
    assert list(long.iterdir()) == []


def test_a_server_that_does_not_start(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(data_directory, "_SETTINGS", ("--innodb-page-size=4000000",))
    with pytest.raises(ProviderError, match=r"\[ERROR\].*page.size") as caught:
        start()
    assert "page" in (caught.value.details or "")
    assert list(place.iterdir()) == []


def test_a_bootstrap_that_fails(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(data_directory, "system_tables", lambda program: "CREATE NONSENSE;\n")
    with pytest.raises(ProviderError, match=r"does not start: mariadbd: ERROR: 1064 .*NONSENSE"):
        start()
    assert list(place.iterdir()) == []


def test_a_folder_that_the_server_may_not_write(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """As where AppArmor confines the server to the folders of the machine's own."""
    command = data_directory.bootstrap_command
    monkeypatch.setattr(
        data_directory, "bootstrap_command", lambda *given: [*command(*given), "--tmpdir=/root"]
    )
    monkeypatch.setattr(data_directory, "system_tables", lambda program: "")
    with pytest.raises(ProviderError) as caught:
        start()
    assert "AppArmor" in (caught.value.hint or "")
    assert list(place.iterdir()) == []


def test_a_server_that_takes_too_long(place: Path) -> None:
    began = time.monotonic()
    installation = LocalProvider(dialect="mariadb").installation()
    with (
        pytest.raises(ProviderError, match=r"did not answer within 0\.05 s"),
        private_server("local", installation, timeout=0.05),
    ):
        pass
    assert time.monotonic() - began < 5  # nothing waits for the bootstrap to come to its end
    assert list(place.iterdir()) == []


@as_root
def test_a_full_disk_is_named(place: Path) -> None:
    """In a mount of its own a disk has 30 MB."""
    program = (
        "import pathlib, sys\n"
        "from migcheck.errors import ProviderError\n"
        "from migcheck.providers import directories\n"
        "from migcheck.providers.local import LocalProvider\n"
        "directories._ROOM_ON_DISK = 0\n"
        "directories.places = lambda: [pathlib.Path(sys.argv[1])]\n"
        "try:\n"
        "    with LocalProvider(dialect='mariadb').start(): pass\n"
        "except ProviderError as error:\n"
        "    print(error.message, '|', error.hint)\n"
    )
    small = place / "small"
    small.mkdir()
    command = f'mount -t tmpfs -o size=30m tmpfs {small} || exit 77; exec "$0" -c "$1" {small}'
    arguments = ["unshare", "--mount", "sh", "-c", command, sys.executable, program]
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip("no mounts of its own here")
    assert "does not start" in done.stdout, done
    assert "The disk is full: free some space" in done.stdout


def test_a_server_that_crashes_on_the_way(place: Path) -> None:
    with LocalProvider(dialect="mariadb").start() as server:
        home = Path(server.address.host).parent.parent
        os.kill(int((home / "data/mysqld.pid").read_text()), 9)
        deadline = time.monotonic() + 10
        while LocalProvider(dialect="mariadb").installation().answers(server.address):
            assert time.monotonic() < deadline
        with pytest.raises(DatabaseError, match="Connection refused"):
            connect(server.address)
        assert "ready for connections" in server.log_tail()
    assert list(place.iterdir()) == []


def test_without_the_driver(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['pymysql'] = None\n"
        "from migcheck.errors import MigcheckError\n"
        "from migcheck.providers.local import LocalProvider\n"
        "from migcheck.providers import provider_for\n"
        "for provider in (LocalProvider(dialect='mariadb'), provider_for('mysql://root@localhost/')):\n"
        "    try:\n"
        "        with provider.start(): pass\n"
        "    except MigcheckError as error:\n"
        "        print(error.message, '|', error.hint)\n"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.count("PyMySQL") == 2, done
    assert done.stdout.count("pip install 'migcheck[mysql]'") == 2
    assert time.monotonic() - began < 10  # it doesn't wait for a server that it could not ask
