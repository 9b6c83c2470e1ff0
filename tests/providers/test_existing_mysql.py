"""A MariaDB that somebody else runs: here one of ours, with logins as an administrator would give them."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migcheck.dialects import dialect_of
from migcheck.dialects.mysql.connection import connect, query
from migcheck.dialects.mysql.leftovers import drop_leftovers, hold, leftovers
from migcheck.dialects.names import new_name, new_run
from migcheck.errors import ProviderError
from migcheck.model import ServerAddress
from migcheck.providers import Server, provider_for
from migcheck.providers.local import LocalProvider
from migcheck.providers.mysql import data_directory, look

PASSWORD = "p@ss/w:rdé"
MYSQL = dialect_of("mysql")


class Host:
    """The server, and URLs of its logins."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def url(self, user: str, password: str | None = PASSWORD, query: str = "", scheme: str = "mysql") -> str:
        login = user if password is None else f"{user}:{urllib.parse.quote(password, safe='')}"
        place = urllib.parse.quote(self.server.address.host, safe="")
        return f"{scheme}://{login}@/app?unix_socket={place}{query}"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        with connect(self.server.address) as connection:
            return [query(connection, statement) for statement in statements][-1]

    def ours(self) -> list[object]:
        return [name for (name,) in self.run("SHOW DATABASES LIKE 'migcheck\\_%'")]


@pytest.fixture(scope="module")
def host(mariadb: Server) -> Iterator[Host]:
    host = Host(mariadb)
    identified = f"IDENTIFIED BY '{PASSWORD}'"
    host.run(
        f"CREATE USER maker@localhost {identified}",
        "GRANT ALL ON `migcheck\\_%`.* TO maker@localhost",
        f"CREATE USER everything@localhost {identified}",
        "GRANT ALL ON *.* TO everything@localhost",
        f"CREATE USER reader@localhost {identified}",
        "GRANT SELECT ON *.* TO reader@localhost",
        f"CREATE USER half@localhost {identified}",
        "GRANT CREATE ON *.* TO half@localhost",
        f"CREATE USER single@localhost {identified} WITH MAX_USER_CONNECTIONS 1",
        "GRANT ALL ON *.* TO single@localhost",
        f"CREATE USER elsewhere@`192.0.2.1` {identified}",
        "CREATE DATABASE app",
    )
    yield host
    host.run(
        *(f"DROP USER {name}@localhost" for name in ("maker", "everything", "reader", "half", "single")),
        "DROP USER elsewhere@`192.0.2.1`",
        "DROP DATABASE app",
        *(f"DROP DATABASE `{name}`" for name in host.ours()),
    )


def test_a_login_that_may_create_databases(host: Host) -> None:
    with provider_for(host.url("maker")).start() as server:
        assert (server.provider, server.version, server.log_tail()) == (
            "existing",
            host.server.version,
            "",
        )
        address = server.address
        assert (address.dialect, address.user, address.password) == ("mariadb", "maker", PASSWORD)
        assert (address.host, address.port, address.database, address.private) == (
            host.server.address.host,
            0,
            "",
            False,
        )
        name = new_name(server.run)
        MYSQL.create(address, name)
        assert MYSQL.names(address, server.run) == host.ours() == [name]
        with connect(address, name) as connection:
            assert query(connection, "SELECT CURRENT_USER(), DATABASE()") == [("maker@localhost", name)]
    assert host.ours() == []


@pytest.mark.parametrize("scheme", ["mysql+pymysql", "mysql+asyncmy", "mariadb", "mariadb+mariadbconnector"])
def test_the_server_says_which_of_the_two_it_is(host: Host, scheme: str) -> None:
    provider = provider_for(host.url("everything", scheme=scheme))
    assert provider.availability().detail == (
        f"MariaDB {host.server.version}, everything at {host.server.address.host}"
    )
    with provider.start() as server:
        assert server.address.dialect == "mariadb"


def test_databases_of_the_run_are_dropped_after_an_exception(host: Host) -> None:
    url = host.url("maker")
    with pytest.raises(ZeroDivisionError), provider_for(url).start() as server:
        MYSQL.create(server.address, new_name(server.run)) or 1 / 0
    assert host.ours() == []


def test_leftovers_of_dead_runs_go_and_living_runs_stay(host: Host) -> None:
    url = host.url("maker")
    dead, unlike = new_name(new_run()), "migcheck_somebody"
    host.run(f"CREATE DATABASE {unlike}")
    with provider_for(url).start() as first:
        living = new_name(first.run)
        MYSQL.create(first.address, living)
        MYSQL.create(first.address, dead)
        with provider_for(url).start():
            assert host.ours() == sorted([living, unlike])
        assert host.ours() == sorted([living, unlike])
    assert host.ours() == [unlike]
    host.run(f"DROP DATABASE {unlike}")


def test_who_is_killed_leaves_what_the_next_run_drops(host: Host) -> None:
    program = (
        "import sys, time\n"
        "from migcheck.dialects import dialect_of\n"
        "from migcheck.dialects.names import new_name\n"
        "from migcheck.providers import provider_for\n"
        "with provider_for(sys.argv[1]).start() as server:\n"
        "    dialect_of('mysql').create(server.address, new_name(server.run))\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    url = host.url("maker")
    arguments = [sys.executable, "-c", program, url]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "ready\n"
        (left,) = host.ours()
        with provider_for(url).start():
            assert host.ours() == [left]
        killed.send_signal(signal.SIGKILL)
    with provider_for(url).start():
        assert host.ours() == []


def test_a_run_whose_databases_are_in_use_is_alive(host: Host) -> None:
    address = host.server.address
    run = new_run()
    names = sorted(new_name(run) for _ in range(2))
    for name in names:
        MYSQL.create(address, name)
    with connect(address, names[0]):
        assert leftovers(address) == []
    with hold(address, run):
        assert leftovers(address) == drop_leftovers(address) == []
    assert leftovers(address) == names
    assert drop_leftovers(address) == names
    assert host.ours() == []


def test_another_users_leftovers_stay(host: Host) -> None:
    host.run("CREATE USER other@localhost", "GRANT CREATE, SELECT ON *.* TO other@localhost")
    name = new_name(new_run())
    MYSQL.create(host.server.address, name)
    try:
        other = replace(host.server.address, user="other")
        assert leftovers(other) == [name]
        assert drop_leftovers(other) == []
        assert host.ours() == [name]
    finally:
        host.run("DROP USER other@localhost")
        MYSQL.drop(host.server.address, name)


def test_the_lock_outlives_the_servers_patience_with_idle_sessions(host: Host) -> None:
    (before,) = host.run("SELECT @@GLOBAL.wait_timeout")[0]
    host.run("SET GLOBAL wait_timeout = 1")
    try:
        with hold(host.server.address, run := new_run()):
            with connect(host.server.address) as short:
                assert query(short, "SELECT @@wait_timeout") == [(1,)]
            host.run("SELECT SLEEP(2)")
            assert host.run(f"SELECT IS_FREE_LOCK('migcheck_{run}')") == [(0,)]
    finally:
        host.run(f"SET GLOBAL wait_timeout = {before}")


@pytest.mark.parametrize(
    ("user", "password", "message", "hint"),
    [
        ("maker", "wrong", "Access denied for user 'maker'", "password in the URL"),
        ("maker", None, "Access denied for user 'maker'", "password in the URL"),
        ("elsewhere", PASSWORD, "Access denied for user 'elsewhere'", "this host"),
        (
            "reader",
            PASSWORD,
            "login 'reader' may not create and drop databases",
            "GRANT ALL ON `migcheck\\_%`.*",
        ),
        ("half", PASSWORD, "login 'half' may not create and drop databases", "GRANT ALL ON `migcheck\\_%`.*"),
    ],
)
def test_what_cannot_be_used(host: Host, user: str, password: str | None, message: str, hint: str) -> None:
    provider = provider_for(host.url(user, password))
    with pytest.raises(ProviderError, match=message) as caught, provider.start():
        pass
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 3
    assert "p@ss" not in f"{caught.value.message} {caught.value.hint} {caught.value.details}"
    found = provider.availability()
    assert (found.available, found.detail) == (False, caught.value.message)
    assert host.ours() == []


def test_a_login_without_a_connection_left(host: Host) -> None:
    url = host.url("single")
    with (
        connect(replace(host.server.address, user="single", password=PASSWORD)),
        pytest.raises(ProviderError, match="max_user_connections") as caught,
    ):
        provider_for(url).start().__enter__()
    assert "connection left" in (caught.value.hint or "")


def test_a_read_only_server(host: Host) -> None:
    host.run("SET GLOBAL read_only = 1")
    try:
        with pytest.raises(ProviderError, match="read-only") as caught:
            provider_for(host.url("everything")).start().__enter__()
    finally:
        host.run("SET GLOBAL read_only = 0")
    assert "primary" in (caught.value.hint or "")
    assert host.ours() == []


def test_without_a_host_the_socket_of_the_machines_server_is_taken(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "_SOCKETS", ("/nonexistent", host.server.address.host))
    with provider_for(f"mysql://maker:{urllib.parse.quote(PASSWORD, safe='')}@/").start() as server:
        assert server.address == ServerAddress(
            "mariadb", host.server.address.host, 0, "maker", PASSWORD, "", private=False
        )


def test_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listening = (*data_directory.DISPOSABLE, "--bind-address=127.0.0.1", f"--port={port}")
    monkeypatch.setattr(data_directory, "_SETTINGS", listening)
    with LocalProvider(dialect="mariadb").start() as server:
        with connect(server.address) as connection:
            query(connection, "CREATE USER u@localhost IDENTIFIED BY 'p'")
            query(connection, "GRANT ALL ON *.* TO u@localhost")
        url = f"mysql://u:p@localhost:{port}/"
        with provider_for(url).start() as existing:
            assert (existing.address.host, existing.address.port) == ("localhost", port)
        assert provider_for(url).availability().detail.endswith(f"u at localhost:{port}")
        with pytest.raises(ProviderError) as caught:
            provider_for(f"{url}?ssl_ca={ssl.get_default_verify_paths().openssl_cafile}").start().__enter__()
        assert "The server has no TLS" in (caught.value.hint or ""), caught.value.message
        with pytest.raises(ProviderError) as caught:
            provider_for(f"postgresql://u:p@localhost:{port}/").start().__enter__()
        assert "Something else than PostgreSQL answers" in (caught.value.hint or ""), caught.value.message


def test_an_option_file_names_the_login(host: Host, tmp_path: Path) -> None:
    host.run(
        "CREATE USER filed@localhost IDENTIFIED BY 'plain'",
        "GRANT ALL ON `migcheck\\_%`.* TO filed@localhost",
    )
    options = tmp_path / "my.cnf"
    socket_file = host.server.address.host
    options.write_text(f"[client]\nuser = filed\npassword = plain\nsocket = {socket_file}\n")
    try:
        with provider_for(f"mysql:///?read_default_file={options}").start() as server:
            address = server.address
            assert (address.host, address.port) == (socket_file, 0)
            assert (address.user, address.password) == ("filed", "plain")
    finally:
        host.run("DROP USER filed@localhost")


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("mysql://u@127.0.0.1:1/d", "Connection refused", "host and port"),
        ("mysql://u@nowhere.invalid/d", "nowhere.invalid", "Check the host"),
        ("mysql://u@/d?unix_socket=/nonexistent", "No such file", "socket of the URL"),
        ("mysql://u@127.0.0.1:1/d?connect_timeout=soon", "soon", ""),
        (f"mysql://u@{'h' * 70}.invalid/d", "label empty or too long", "Check the host"),
        ("mysql://u@127.0.0.1:1/d?ssl_ca=/nonexistent.pem", "No such file", ""),
    ],
)
def test_where_nobody_answers(url: str, message: str, hint: str) -> None:
    with pytest.raises(ProviderError, match=message) as caught, provider_for(url).start():
        pass
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_where_something_else_answers(greeting: bytes) -> None:
    """PostgreSQL waits for its client to begin, which MariaDB's client does not."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepted = []

        def accept() -> None:
            connection, _ = listening.accept()
            connection.sendall(greeting)
            accepted.append(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        port = listening.getsockname()[1]
        with pytest.raises(ProviderError) as caught:
            provider_for(f"mysql://u@127.0.0.1:{port}/?read_timeout=1").start().__enter__()
        thread.join()
        accepted[0].close()
    assert "Something else than MariaDB or MySQL answers" in (caught.value.hint or "")
