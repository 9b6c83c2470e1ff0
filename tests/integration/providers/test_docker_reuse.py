"""A container that stays between runs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from migcheck.dialects import dialect_of
from migcheck.dialects.names import new_name
from migcheck.errors import ProviderError
from migcheck.progress import Progress
from migcheck.providers.containers import ownership, reaper
from migcheck.providers.containers.engine import Engine
from migcheck.providers.docker import DockerProvider, DockerServer

# Another environment for each session of tests, which for several at once is another container.
SESSION = {"MIGCHECK_TEST_SESSION": new_name("r0")}
CASES = [("postgresql", "postgres:15"), ("mariadb", "mariadb:10.11")]


class Notes(Progress):
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, text: str) -> None:
        self.texts.append(text)


def provider(dialect: str, image: str, notes: Notes | None = None, **variables: str) -> DockerProvider:
    return DockerProvider(dialect, image, {**SESSION, **variables}, reuse=True, progress=notes)


@pytest.fixture(autouse=True)
def _nothing_stays(engine: Engine) -> Iterator[None]:
    yield
    for name in kept(engine):
        reaper.remove(engine.api, name)


def kept(engine: Engine) -> set[str]:
    """The containers that this session of tests keeps."""
    mine = "=".join(*SESSION.items())
    return {
        found["Names"][0].lstrip("/")
        for found in engine.api.containers(all=True, filters={"label": ownership.REUSE})
        if mine in engine.api.inspect_container(found["Id"])["Config"]["Env"]
    }


def names(server: DockerServer, run: str) -> list[str]:
    return dialect_of(server.address.dialect).names(server.address, run)


@pytest.mark.parametrize(("dialect", "image"), CASES)
def test_the_next_run_finds_it(engine: Engine, dialect: str, image: str) -> None:
    notes = Notes()
    with provider(dialect, image, notes).start() as first:
        assert first.kept
        assert not first.address.private  # others may be on it
        left = new_name(first.run)
        dialect_of(dialect).create(first.address, left)
    assert f"docker rm -fv {first.container}` removes it" in notes.texts[-1]
    assert "will stay" in notes.texts[-1]
    with provider(dialect, image, notes).start() as second:
        assert second.container == first.container
        assert second.address == first.address
        assert second.run != first.run
        assert names(second, first.run) == []  # the first has cleaned up
    assert "of an earlier run" in notes.texts[-1]
    assert first.container in kept(engine)


def test_databases_of_a_run_that_died_are_dropped(engine: Engine) -> None:
    program = (
        "import os, sys\n"
        "from migcheck.dialects.postgresql import databases\n"
        "from migcheck.providers.docker import DockerProvider\n"
        "provider = DockerProvider('postgresql', 'postgres:15', [tuple(sys.argv[1:])], reuse=True)\n"
        "with provider.start() as server:\n"
        "    databases.create(server.address, databases.new_name(server.run))\n"
        "    print(server.run, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", program, *next(iter(SESSION.items()))], capture_output=True, text=True
    )
    assert died.returncode == -9, died.stderr
    with provider("postgresql", "postgres:15").start() as server:
        assert names(server, died.stdout.strip()) == []


def test_another_environment_is_another_container(engine: Engine) -> None:
    with (
        provider("postgresql", "postgres:15").start() as one,
        provider("postgresql", "postgres:15", POSTGRES_USER="app").start() as other,
    ):
        assert one.container != other.container
        assert (one.address.user, other.address.user) == ("postgres", "app")


def test_two_runs_at_once_share_it(engine: Engine) -> None:
    """Also where neither finds one that is there."""
    servers: list[DockerServer] = []
    failures: list[BaseException] = []
    together = threading.Barrier(2)

    def run() -> None:
        try:
            with provider("postgresql", "postgres:15").start() as server:
                servers.append(server)
                together.wait(30)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    one, other = servers
    assert one.container == other.container
    assert one.address == other.address
    assert one.run != other.run


def test_one_that_was_stopped_is_made_anew(engine: Engine) -> None:
    with provider("postgresql", "postgres:15").start() as first:
        pass
    engine.api.kill(first.container)
    with provider("postgresql", "postgres:15").start() as second:
        assert second.container == first.container
        assert second.address.password != first.address.password


def test_one_that_does_not_start_is_not_kept(engine: Engine) -> None:
    with (
        pytest.raises(ProviderError, match="PASSWORD is not set"),
        provider("postgresql", "postgres:15", POSTGRES_PASSWORD="").start(),
    ):
        pass
    assert kept(engine) == set()
