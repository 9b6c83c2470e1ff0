"""An image that isn't there is pulled, from a real registry that wants a password."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck.errors import ProviderError
from migcheck.progress import Progress
from migcheck.providers.containers import pull
from migcheck.providers.containers.engine import Engine, connect
from tests.integration.providers.runs import wait_for

LOGIN = {"username": "tester", "password": "secret"}
HASH = "$2b$04$amFH.Vqam0MIOQHoWpp5ZeeW3qCUtj.WwHmeydBZJ0mfllp2sUAnO"  # bcrypt of the password
MEGABYTES = 20


class Notes(Progress):
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, text: str) -> None:
        self.texts.append(text)


@pytest.fixture(scope="module")
def registry(registry_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A registry of our own: its address, and the number of its process."""
    folder = tmp_path_factory.mktemp("registry")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "htpasswd").write_text(f"{LOGIN['username']}:{HASH}\n")
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "images")}},
        "http": {"addr": f"127.0.0.1:{port}"},
        "auth": {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}},
    }
    (folder / "config.yml").write_text(json.dumps(settings))  # JSON is YAML
    program = subprocess.Popen(
        [registry_program, "serve", str(folder / "config.yml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_for(lambda: _listens(port))
        yield f"localhost:{port}", program.pid
    finally:
        program.kill()
        program.wait()


@pytest.fixture(scope="module")
def image(engine: Engine, registry: tuple[str, int]) -> str:
    """The name of an image that is in the registry and not here."""
    name = f"{registry[0]}/team/postgres"
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        content = os.urandom(MEGABYTES << 20)
        entry = tarfile.TarInfo("content")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    engine.api.import_image_from_data(archive.getvalue(), repository=name, tag="1")
    said = list(engine.api.push(name, tag="1", auth_config=LOGIN, stream=True, decode=True))
    assert [event for event in said if "error" in event] == []
    engine.api.remove_image(f"{name}:1")
    return f"{name}:1"


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, registry: tuple[str, int]) -> None:
    """As after `docker login`."""
    login = base64.b64encode(":".join(LOGIN.values()).encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry[0]: {"auth": login}}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_pulled_with_a_login(image: str, logged_in: None) -> None:
    notes = Notes()
    with connect() as engine:  # which reads the login
        assert not engine.has_image(image)
        try:
            assert engine.image(image, notes)["RepoTags"] == [image]
            seen = list(notes.texts)
            engine.image(image, notes)
            assert notes.texts == seen  # the second time it is there
        finally:
            engine.api.remove_image(image)
    assert seen[0] == f"pulling {image}"
    assert any(text.endswith(f" of {(MEGABYTES << 20) // 1_000_000} MB") for text in seen)
    assert seen[-1] == f"pulling {image}: unpacking"
    assert len(seen) == len(set(seen))


def test_without_a_login(engine: Engine, image: str) -> None:
    with pytest.raises(ProviderError, match=f"image {image} cannot be had: .*no basic auth") as caught:
        engine.image(image, Progress())
    assert "docker login" in (caught.value.hint or "")


def test_a_tag_that_is_not_there(image: str, logged_in: None) -> None:
    with connect() as engine, pytest.raises(ProviderError, match=r"cannot be had: .*not found") as caught:
        engine.image(image.removesuffix("1") + "2", Progress())
    assert "name and tag" in (caught.value.hint or "")


def test_a_registry_that_hangs(
    monkeypatch: pytest.MonkeyPatch, registry: tuple[str, int], image: str, logged_in: None
) -> None:
    monkeypatch.setattr(pull, "_SILENCE", 1.0)
    os.kill(registry[1], signal.SIGSTOP)
    try:
        with (
            connect() as engine,
            pytest.raises(ProviderError, match=f"pulling {image}: the engine has said nothing for 1 s"),
        ):
            engine.image(image, Progress())
    finally:
        os.kill(registry[1], signal.SIGCONT)
