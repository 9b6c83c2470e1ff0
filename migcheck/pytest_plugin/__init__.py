"""The plugin of pytest: `pytest --migcheck`, and fixtures for tests of migrations by hand.

It is imported by every run of pytest in an environment that has migcheck, so it imports nothing before it is
wanted.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from migcheck.databases import DatabaseAt, Databases
    from migcheck.model import Report

_SHARED = pytest.StashKey[str]()
_SESSION = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and the keys of the ini."""
    group = parser.getgroup("migcheck", "database migrations")
    group.addoption(
        "--migcheck", action="store_true", help="Prove every Alembic revision, as tests of their own."
    )
    group.addoption(
        "--migcheck-url", metavar="PATH", help="The project, as `migcheck verify --url`. [ini: migcheck_url]"
    )
    group.addoption(
        "--migcheck-database",
        metavar="SPEC",
        help="The database, as `migcheck verify --database`. [ini: migcheck_database]",
    )
    parser.addini("migcheck", "Whether --migcheck is always on.", type="bool", default=False)
    parser.addini(
        "migcheck_url", "The project, as `migcheck verify --url`, from the ini's folder.", default=""
    )
    parser.addini("migcheck_database", "The database, as `migcheck verify --database`.", default="")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started, and remove what the workers of xdist have shared."""
    session = config.stash.get(_SESSION, None)
    if session is not None:
        session.close()
    shared = config.stash.get(_SHARED, None)
    if shared is not None and not hasattr(config, "workerinput"):
        shutil.rmtree(shared, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of xdist, in its controller: tell a worker where it shares one verification with the others."""
    config = node.config
    if _SHARED not in config.stash:
        config.stash[_SHARED] = tempfile.mkdtemp(prefix="migcheck-pytest-")
    node.workerinput["migcheck_shared"] = config.stash[_SHARED]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the items of --migcheck, before anything is selected by -k and the like."""
    if config.getoption("--migcheck") or config.getini("migcheck"):
        from migcheck.pytest_plugin.items import collected

        items.extend(collected(session, items))


def _session(request: pytest.FixtureRequest) -> Any:
    """What the run of pytest has of migcheck's: one verification, one server."""
    from migcheck.pytest_plugin.session import Session
    from migcheck.pytest_plugin.settings import settings_of

    stash = request.config.stash
    if _SESSION not in stash:
        stash[_SESSION] = Session(getattr(request.config, "workerinput", {}).get("migcheck_shared"))
    return stash[_SESSION].with_settings(settings_of(request))


@contextmanager
def _told() -> Iterator[None]:
    """Turn a MigcheckError into a failure with its message, without a traceback of migcheck's."""
    from migcheck.errors import MigcheckError

    try:
        yield
    except MigcheckError as error:
        hint = f"hint: {error.hint}" if error.hint else ""
        pytest.fail("\n".join(filter(None, [error.message, error.details, hint])), pytrace=False)


@pytest.fixture
def migcheck_report(request: pytest.FixtureRequest) -> Report:
    """The report of `migcheck verify` on the project: made once for all tests and workers."""
    with _told():
        return _session(request).report()  # type: ignore[no-any-return]


@pytest.fixture
def migcheck_at(request: pytest.FixtureRequest) -> Iterator[Callable[..., DatabaseAt]]:
    """Makes disposable databases that stand at a revision: `migcheck_at("ab12")`.

    Each has `.upgrade(to)`, `.downgrade(to)`, `.insert(table, rows)`, `.rows(table)`, `.engine` and `.url`,
    and is gone after the test.
    """
    with _told():
        databases: Databases = _session(request).databases()
    made: list[DatabaseAt] = []

    def at(revision: str = "heads") -> DatabaseAt:
        made.append(databases.at(revision))
        return made[-1]

    yield at
    for database in made:
        database.close()


@pytest.fixture
def migcheck_database(migcheck_at: Callable[..., DatabaseAt]) -> DatabaseAt:
    """A disposable database on which all migrations have been applied; see `migcheck_at`."""
    return migcheck_at("heads")
