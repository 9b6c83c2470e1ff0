"""Servers and databases for all tests, got the way a user gets them: from the providers."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import fields
from typing import TYPE_CHECKING, NoReturn

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import ProviderError
from migcheck.providers import Provider, Server, provider_for
from migcheck.providers.containers.engine import Engine, connect
from migcheck.providers.local import LocalProvider
from migcheck.settings import Settings
from migcheck.walk.zygotes import shared_imports

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REQUIRED = "MIGCHECK_TEST_REQUIRE"
IMAGES = ("postgres:15", "mariadb:10.11")

# Most tests are about the schema alone: rows are put in only where a test asks for them.
os.environ.setdefault("MIGCHECK_SEED_ROWS", "0")
Settings.__init__.__defaults__ = tuple(  # type: ignore[misc]
    0 if field.name == "seed_rows" else default
    for field, default in zip(fields(Settings), Settings.__init__.__defaults__ or (), strict=True)
)

# Whoever starts the tests in the background of a script has these ignored, and what they start would, too.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)


@pytest.fixture(scope="session", autouse=True)
def _imports() -> Iterator[None]:
    """SQLAlchemy, Alembic and faker are imported once by each worker, not in each of hundreds of runs."""
    with shared_imports():
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The embedded PostgreSQL 18."""
    with provider_for("embedded:18").start() as running:
        yield running


@pytest.fixture(scope="session")
def local_server() -> Iterator[Server]:
    """PostgreSQL 15 installed on the machine: the oldest version that the tests run on, and with contrib.

    Where it is missing its tests are skipped, unless MIGCHECK_TEST_REQUIRE names `local`.
    """
    with _installed(provider_for("local:15"), "local", "PostgreSQL 15") as running:
        yield running


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """The newest MariaDB installed on the machine.

    Where it is missing its tests are skipped, unless MIGCHECK_TEST_REQUIRE names `mariadb`.
    """
    with _installed(LocalProvider(dialect="mariadb"), "mariadb", "MariaDB") as running:
        yield running


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The container engine, with the images that tests/images/build makes.

    Where something is missing its tests are skipped, unless MIGCHECK_TEST_REQUIRE names `docker`.
    """
    with ExitStack() as stack:
        try:
            running = stack.enter_context(connect())
            absent = [image for image in IMAGES if not running.has_image(image)]
        except ProviderError as error:
            _missing("docker", error.message)
        if absent:
            _missing("docker", f"there is no image {' and no '.join(absent)}: see tests/images/build")
        yield running


@pytest.fixture(scope="session")
def registry_program(engine: Engine) -> str:
    """The program docker-registry, for images to be pulled from; where it is missing see `engine`."""
    return shutil.which("docker-registry") or _missing("docker", "docker-registry is not installed here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Not for the whole session: while it runs, nothing else can use asyncio here.

    Where it is missing its tests are skipped, unless MIGCHECK_TEST_REQUIRE names `chromium`.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None) or _missing(
        "chromium", "Chromium is not installed here"
    )
    from playwright.sync_api import sync_playwright

    unsandboxed = os.geteuid() == 0  # its sandbox refuses to be root's
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if unsandboxed else []
        )
        yield browser
        browser.close()


def _installed(provider: Provider, word: str, product: str) -> AbstractContextManager[Server]:
    there = provider.availability()
    if not there.available or product.split()[0] not in there.detail:
        _missing(word, f"{product} is not installed here: {there.detail}")
    return provider.start()


def _missing(word: str, reason: str) -> NoReturn:
    """Skip what needs something that isn't there, or fail where it has to be."""
    if word in os.environ.get(REQUIRED, "").replace(",", " ").split():
        pytest.fail(f"{reason} ({REQUIRED} asks for it)")
    pytest.skip(reason)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of a fresh, empty database on `server`."""
    name = databases.new_name(server.run)
    databases.create(server.address, name)
    yield name
    databases.drop(server.address, name)
