"""Servers in containers of a real engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from migcheck.dialects.mysql.connection import connect as connect_mysql
from migcheck.dialects.mysql.connection import query
from migcheck.dialects.names import new_name
from migcheck.dialects.postgresql import databases
from migcheck.errors import DatabaseError, ProviderError
from migcheck.providers.containers import ownership, readiness, reaper
from migcheck.providers.containers.engine import Engine
from migcheck.providers.docker import DockerProvider, DockerServer
from tests.integration.providers.docker_runs import containers_of

POSTGRESQL, MARIADB = "postgres:15", "mariadb:10.11"


@pytest.fixture(scope="module")
def postgresql(engine: Engine) -> Iterator[DockerServer]:
    with DockerProvider("postgresql", POSTGRESQL).start() as server:
        yield server


@pytest.fixture(scope="module")
def mariadb_container(engine: Engine) -> Iterator[DockerServer]:
    with DockerProvider("mariadb", MARIADB).start() as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_stays(engine: Engine) -> Iterator[None]:
    """A test leaves no container of this process behind that wasn't there before."""
    before = containers_of(engine, os.getpid())
    yield
    assert containers_of(engine, os.getpid()) == before


def named(engine: Engine, name: str) -> bool:
    return name in [found for found, _ in engine.containers(ownership.MARK)]


def memory_folders(engine: Engine, container: str) -> dict[str, str]:
    return dict(engine.api.inspect_container(container)["HostConfig"]["Tmpfs"])


def test_postgresql(engine: Engine, postgresql: DockerServer) -> None:
    address = postgresql.address
    assert (address.dialect, address.user, address.private) == ("postgresql", "postgres", True)
    assert len(address.password or "") == 32
    assert (postgresql.provider, postgresql.kept) == ("docker", False)
    assert postgresql.version.startswith("15.")
    assert "ready to accept connections" in postgresql.log_tail()
    with databases.connect(address) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("off",)
        assert connection.execute("SHOW data_directory").fetchone() == ("/var/lib/postgresql/data",)
    assert list(memory_folders(engine, postgresql.container)) == ["/var/lib/postgresql/data"]
    found = engine.api.inspect_container(postgresql.container)
    assert found["Mounts"] == []  # nothing on a disk, hence nothing that could stay there
    assert found["Config"]["Labels"][ownership.MARK] == "run"
    assert found["Config"]["Labels"][ownership.RUN] == postgresql.run


def test_logins_are_cheap_and_the_default_stays(postgresql: DockerServer) -> None:
    with databases.connect(postgresql.address) as connection:
        row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = current_user").fetchone()
        assert row and row[0].startswith("SCRAM-SHA-256$1:")
        assert connection.execute("SHOW password_encryption").fetchone() == ("scram-sha-256",)
    with pytest.raises(DatabaseError, match="password authentication failed"):
        databases.connect(replace(postgresql.address, password="another"))


@pytest.mark.parametrize("password", ["it's \\ mine", "schön"])
def test_a_password_of_the_user(engine: Engine, password: str) -> None:
    provider = DockerProvider("postgresql", POSTGRESQL, {"POSTGRES_PASSWORD": password})
    with provider.start() as server, databases.connect(server.address) as connection:
        assert server.address.password == password
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_mariadb(engine: Engine, mariadb_container: DockerServer) -> None:
    address = mariadb_container.address
    assert (address.dialect, address.user, address.private) == ("mariadb", "root", True)
    assert mariadb_container.version.startswith("10.11.")
    assert "ready for connections" in mariadb_container.log_tail()
    with connect_mysql(address) as connection:
        settings = dict(query(connection, "SHOW GLOBAL VARIABLES"))
    assert settings["innodb_flush_log_at_trx_commit"] == "0"
    assert settings["innodb_doublewrite"] == "OFF"
    assert settings["event_scheduler"] == "OFF"
    assert settings["skip_name_resolve"] == "ON"
    assert list(memory_folders(engine, mariadb_container.container)) == ["/var/lib/mysql"]


def test_many_databases_in_it(postgresql: DockerServer) -> None:
    first, second = new_name(postgresql.run), new_name(postgresql.run)
    databases.create(postgresql.address, first)
    databases.create(postgresql.address, second, first)
    assert databases.names(postgresql.address, postgresql.run) == sorted([first, second])
    databases.drop(postgresql.address, first)
    databases.drop(postgresql.address, second)


def test_it_is_gone_afterwards(engine: Engine) -> None:
    with DockerProvider("postgresql", POSTGRESQL).start() as server:
        assert named(engine, server.container)
        mounts = engine.api.inspect_container(server.container)["Mounts"]
    assert not named(engine, server.container)
    with pytest.raises(DatabaseError):
        databases.connect(server.address)
    # Its data is in memory: the image's volume, which would stay, is never made.
    assert {mount["Type"] for mount in mounts} <= {"tmpfs"}


def test_it_is_gone_after_an_exception(engine: Engine) -> None:
    with (
        pytest.raises(RuntimeError, match="as a bug would"),
        DockerProvider("mariadb", MARIADB).start() as server,
    ):
        raise RuntimeError("as a bug would")
    assert not named(engine, server.container)


def test_two_at_once(engine: Engine, postgresql: DockerServer) -> None:
    with DockerProvider("postgresql", POSTGRESQL).start() as other:
        assert named(engine, postgresql.container)
        assert (other.run, other.address.port) != (postgresql.run, postgresql.address.port)
        assert other.address.password != postgresql.address.password
    with databases.connect(postgresql.address) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_environment_and_command_of_the_user(engine: Engine) -> None:
    environment = {"POSTGRES_USER": "app", "POSTGRES_DB": "shop", "POSTGRES_INITDB_ARGS": "--locale=C"}
    command = "-c work_mem=5MB -c application_name='two words' -c fsync=on"
    with (
        DockerProvider("postgresql", POSTGRESQL, environment, command).start() as server,
        databases.connect(server.address, "shop") as connection,
    ):
        assert server.address.user == "app"
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("work_mem", "fsync")]
        assert shown == [("5MB",), ("on",)]
        row = connection.execute("SELECT datcollate FROM pg_database WHERE datname = 'shop'").fetchone()
        assert row == ("C",)


@pytest.mark.parametrize(
    ("dialect", "options", "words"),
    [
        ("postgresql", {"image": POSTGRESQL, "env": {"POSTGRES_PASSWORD": ""}}, "PASSWORD is not set"),
        ("postgresql", {"image": POSTGRESQL, "command": "-c shared_buffers=much"}, 'FATAL:.*"much"'),
        ("postgresql", {"image": POSTGRESQL, "command": "nothing-of-that-name"}, "not found"),
        ("mariadb", {"image": MARIADB, "command": ["--no-such-flag"]}, "unknown option '--no-such-flag'"),
    ],
)
def test_a_container_that_ends_while_it_starts(
    engine: Engine, dialect: str, options: dict[str, Any], words: str
) -> None:
    with (
        pytest.raises(ProviderError, match=f"ended while it was starting: .*{words}") as caught,
        DockerProvider(dialect, **options).start(),
    ):
        pass
    assert "image_" in (caught.value.hint or "")
    assert caught.value.details


def test_a_server_that_never_answers(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "TIMEOUT", 1.0)
    with (
        pytest.raises(ProviderError, match=r"did not answer within 1 s: no connection"),
        DockerProvider("postgresql", POSTGRESQL, command="sleep 1000").start(),
    ):
        pass


@pytest.mark.parametrize(
    ("image", "words"),
    [("Postgres:15", "must be lowercase"), ("localhost:1/postgres:15", "localhost:1")],
)
def test_an_image_that_cannot_be_had(engine: Engine, image: str, words: str) -> None:
    with (
        pytest.raises(ProviderError, match=f"image {image} cannot be had: .*{words}") as caught,
        DockerProvider("postgresql", image).start(),
    ):
        pass
    assert caught.value.hint


def test_a_version_that_is_too_old(engine: Engine) -> None:
    """The image says what it is only when it runs."""
    provider = DockerProvider("postgresql", POSTGRESQL)
    provider.kind = replace(provider.kind, oldest="16")
    with (
        pytest.raises(ProviderError, match=r"image postgres:15 has PostgreSQL 15\.\d+, which is too old"),
        provider.start(),
    ):
        pass


def test_availability(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    there = DockerProvider("postgresql", POSTGRESQL).availability()
    assert there.available
    assert there.detail.endswith("; image postgres:15 is there")
    absent = DockerProvider("postgresql", "localhost:1/postgres:15").availability()
    assert absent.detail.endswith("; image localhost:1/postgres:15 will be pulled")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    nowhere = DockerProvider("postgresql", POSTGRESQL).availability()
    assert (nowhere.available, nowhere.detail) == (
        False,
        "no container engine answers at unix:///nonexistent: No such file or directory",
    )


def test_a_server_that_crashes_on_the_way(engine: Engine) -> None:
    with DockerProvider("postgresql", POSTGRESQL).start() as server:
        engine.api.kill(server.container)
        with pytest.raises(DatabaseError):
            databases.connect(server.address)
        assert "ready to accept connections" in server.log_tail()
    assert not named(engine, server.container)


def test_containers_of_dead_runs_are_swept(engine: Engine, postgresql: DockerServer) -> None:
    program = (
        "import os, sys\n"
        "from migcheck.providers.containers import ownership\n"
        "print(*(f'{name}={value}' for name, value in ownership.labels_of_run('rdead').items()), sep='\\n')\n"
    )
    of_dead = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    dead = dict(line.split("=", 1) for line in of_dead.stdout.splitlines())
    elsewhere = {**dead, "migcheck.machine": "another"}
    reused_number = {**ownership.labels_of_run("r0"), "migcheck.owner": f"{os.getpid()} 1"}
    living = ownership.labels_of_run("r1")
    others = {"their.run": "r2"}
    made = {
        name: engine.api.create_container(POSTGRESQL, ["true"], labels=labels)["Id"]
        for name, labels in {
            "dead": dead,
            "elsewhere": elsewhere,
            "reused number": reused_number,
            "living": living,
            "others": others,
        }.items()
    }
    try:
        with DockerProvider("postgresql", POSTGRESQL).start():
            ids = {container["Id"] for container in engine.api.containers(all=True)}
            assert [name for name in made if made[name] in ids] == ["elsewhere", "living", "others"]
            assert named(engine, postgresql.container)
    finally:
        for identifier in made.values():
            reaper.remove(engine.api, identifier)
