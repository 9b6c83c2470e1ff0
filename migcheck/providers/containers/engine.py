"""The container engine: Docker, or what answers like it, found and reached the way testcontainers does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from migcheck.errors import ProviderError
from migcheck.progress import Progress
from migcheck.providers.containers.pull import pull

if TYPE_CHECKING:
    from testcontainers.core.docker_client import DockerClient

INSTALL = "pip install 'migcheck[docker]'"

_FIRST_TIMEOUT = 10  # seconds for an engine to say what version it is
_TIMEOUT = 30  # seconds for any other answer; making a container on a busy machine may take some

_IMAGE = "Check the image's name and tag; a private registry wants a `docker login` first."
_LIMIT = "The registry limits anonymous pulls: `docker login`, or wait."
_NETWORK = (
    "The registry cannot be reached: check the engine's network and proxy,"
    " or bring the image there another way (docker load)."
)
_PORT = "The engine found no free port for the container, or its network is broken; restarting it may help."

# Words of the engine, or of the way to it, in lower case, and what to do then.
_WAY_HINTS = (
    (
        "permission denied",
        "May you use the engine? On Linux: sudo usermod -aG docker $USER, then log in anew.",
    ),
    ("install paramiko", "pip install paramiko"),
    ("read timed out", "The engine does not answer: is it overloaded, or hanging? Restarting it may help."),
)
_HINTS = (
    *_WAY_HINTS,
    ("no space left on device", "The engine's disk is full: `docker system prune` frees what is not used."),
    ("toomanyrequests", _LIMIT),
    ("rate limit", _LIMIT),
    ("unauthorized", _IMAGE),
    ("no basic auth credentials", _IMAGE),
    ("pull access denied", _IMAGE),
    ("manifest unknown", _IMAGE),
    ("invalid reference format", "An image's name is such as postgres:16 or registry.example.com/team/db:1."),
    ("no matching manifest", "The image is not made for this machine's processor: choose another."),
    ("executable file not found", "Check `image_command`: the image has no such program."),
    ("port is already allocated", _PORT),
    ("address already in use", _PORT),
    ("driver failed programming external connectivity", _PORT),
    ("failed to create endpoint", _PORT),
    ("no such host", _NETWORK),
    ("connection refused", _NETWORK),
    ("i/o timeout", _NETWORK),
    ("handshake timeout", _NETWORK),
    ("network is unreachable", _NETWORK),
)


def testcontainers_name(image: str) -> str:
    """The image's name with what testcontainers is told to put before all names: a mirror, say."""
    return os.environ.get("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX", "") + image


def where() -> str:
    """The address of the engine, as far as the environment tells it."""
    return os.environ.get("DOCKER_HOST") or "the default socket"


class Engine:
    """A connection to the engine, which `connect` makes. Every method raises ProviderError."""

    def __init__(self, client: DockerClient) -> None:
        self._client = client
        self.api: Any = client.client.api
        """docker.APIClient: one request to the engine for each call."""

    def describe(self) -> str:
        """The engine's name and version, and where it is."""
        with said_by_engine("the container engine does not tell its version"):
            version = self.api.version()
        name = (version.get("Platform") or {}).get("Name") or "Docker Engine"
        return f"{name.split(' - ')[0]} {version.get('Version', '')} at {where()}"

    def image(self, name: str, progress: Progress) -> dict[str, Any]:
        """What the engine knows of an image, which is pulled where it isn't there."""
        import docker.errors

        with said_by_engine(f"image {name} cannot be had"):
            try:
                return dict(self.api.inspect_image(name))
            except docker.errors.ImageNotFound:
                pull(self.api, name, progress)
                return dict(self.api.inspect_image(name))

    def has_image(self, name: str) -> bool:
        """Whether an image is there already."""
        import docker.errors

        with said_by_engine(f"cannot look for image {name}"):
            try:
                self.api.inspect_image(name)
            except docker.errors.ImageNotFound:
                return False
        return True

    def network(self) -> str | None:
        """The network that a container must be on for us to reach it, where we are in one ourselves."""
        from testcontainers.core.docker_client import get_docker_host

        return None if get_docker_host() else self._client.find_host_network()

    def host_of(self, container: str) -> str:
        """The host on which the ports of a container answer; `container` is its id."""
        from testcontainers.core.config import ConnectionMode

        mode = self._client.get_connection_mode()
        if mode == ConnectionMode.docker_host:
            host = self._client.host()
            # For drivers of MySQL the name means a Unix socket, and it may also lead to IPv6.
            return "127.0.0.1" if host == "localhost" else host
        if mode == ConnectionMode.gateway_ip:
            return self._client.gateway_ip(container)
        return self._client.bridge_ip(container)

    def interface(self) -> str | None:
        """The only interface that ports need to be published on; None where it must be all."""
        from testcontainers.core.config import ConnectionMode

        local = self._client.get_connection_mode() == ConnectionMode.docker_host and self._client.host() in (
            "localhost",
            "127.0.0.1",
        )
        return "127.0.0.1" if local else None

    def port_of(self, container: str, port: int) -> int | None:
        """The port on `host_of` that leads to the container's `port`; None where it has none (any more)."""
        if not self._client.get_connection_mode().use_mapped_port:
            return port
        mapped = self.api.port(container, port)
        return int(mapped[0]["HostPort"]) if mapped else None

    def containers(self, label: str) -> list[tuple[str, Mapping[str, str]]]:
        """The names and labels of all containers with a label, running or not."""
        with said_by_engine("the container engine does not tell what containers there are"):
            found = self.api.containers(all=True, filters={"label": label})
        return [(container["Names"][0].lstrip("/"), container["Labels"]) for container in found]

    def log_tail(self, container: str, lines: int) -> str:
        """The last lines of a container's log; empty where it cannot be had. Raises nothing."""
        try:
            text: bytes = self.api.logs(container, tail=lines)
        except Exception:  # the container or the engine has gone, which is told elsewhere
            return ""
        return text.decode("utf8", "replace").strip()

    def close(self) -> None:
        """Close all connections to the engine."""
        self.api.close()


@contextmanager
def connect() -> Iterator[Engine]:
    """A connection for the length of a block; raises ProviderError where no engine can be had."""
    try:
        import docker.errors
        from testcontainers.core.docker_client import DockerClient
    except ImportError as error:
        raise ProviderError(f"containers need a package that is missing: {error}", INSTALL) from error
    except ValueError as error:
        raise ProviderError(f"testcontainers cannot be used: {error}", "See its configuration.") from error
    with said_by_engine("the container engine cannot be used"):
        try:
            engine = Engine(DockerClient(timeout=_FIRST_TIMEOUT))
        except docker.errors.APIError:  # it answers, but a registry that we are to log in to refuses
            raise
        except (docker.errors.DockerException, ValueError) as error:
            raise _unreachable(error) from error
    engine.api.timeout = _TIMEOUT
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def said_by_engine(what: str) -> Iterator[None]:
    """Turn what goes wrong on the way to the engine into a ProviderError: `what` failed, and its words."""
    import docker.errors
    import requests
    import urllib3

    try:
        yield
    except (
        docker.errors.DockerException,
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        RuntimeError,  # of testcontainers, for a container that has just gone
    ) as error:
        words = _words(error)
        raise ProviderError(f"{what}: {words}", _hint(words)) from error


def _words(error: Exception) -> str:
    """What the engine said, or the system's words for why it cannot be reached, in one line."""
    cause: BaseException | None = error
    while cause is not None and not (isinstance(cause, OSError) and cause.strerror):
        cause = cause.__cause__ or cause.__context__
    text = getattr(error, "explanation", None) or (cause.strerror if isinstance(cause, OSError) else error)
    return " ".join(str(text).split())


def _hint(words: str, hints: tuple[tuple[str, str], ...] = _HINTS) -> str | None:
    return next((hint for sign, hint in hints if sign in words.lower()), None)


def _unreachable(error: Exception) -> ProviderError:
    words = _words(error).removeprefix("Error while fetching server API version: ")
    hint = _hint(words, _WAY_HINTS) or _other_engine()
    hint = hint or "Is Docker running? `docker info` must answer; see DOCKER_HOST."
    return ProviderError(f"no container engine answers at {where()}: {words}", hint)


def _other_engine() -> str | None:
    """A rootless engine or Podman that could be meant."""
    if os.environ.get("DOCKER_HOST"):
        return None
    folder = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    for socket in (f"{folder}/docker.sock", f"{folder}/podman/podman.sock", "/run/podman/podman.sock"):
        if os.path.exists(socket):
            return f"There is another engine: export DOCKER_HOST=unix://{socket}"
    return None
