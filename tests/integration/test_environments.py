"""env.py as it is met: each must work unchanged, or end with one message that says what to do.

environments/working/*.py and environments/failing/*.py are used as env.py of a small project (its
history is environments/versions, or the one that the case names). Each names the "production" database,
at which a socket listens: nobody may ever connect to it.
"""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from migcheck import Report, verify
from migcheck.errors import MigcheckError

FOLDER = Path(__file__).resolve().parent / "environments"


class Production:
    """A socket where the production database would listen; counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.visitors = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.visitors += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture
def production() -> Iterator[Production]:
    """The production database: at the end of each test, nobody has connected to it."""
    listening = Production()
    yield listening
    time.sleep(0.05)
    visitors = listening.visitors
    listening.close()
    assert visitors == 0, "somebody connected to the production database"


def test_the_listener_sees_visitors() -> None:
    listening = Production()
    socket.create_connection(("127.0.0.1", listening.port)).close()
    deadline = time.monotonic() + 5
    while not listening.visitors and time.monotonic() < deadline:
        time.sleep(0.01)
    listening.close()
    assert listening.visitors == 1


def project(folder: Path, env_py: Path, history: str, port: int, ini: str = "") -> Path:
    """A project in `folder` with the given env.py and history, PRODUCTION_PORT filled in; its alembic.ini."""
    home = folder / "project"
    home.mkdir()
    versions = FOLDER / history
    shutil.copytree(versions, home / "versions", ignore=shutil.ignore_patterns("__pycache__"))
    names = ["alembic.ini", "app_settings.py", "application.py", "pymysql.py"]
    copies = {name: (FOLDER / name).read_text() for name in names}
    copies["env.py"] = env_py.read_text()
    copies["alembic.ini"] = copies["alembic.ini"].replace("[loggers]", f"{ini}\n\n[loggers]")
    for name, text in copies.items():
        (home / name).write_text(text.replace("PRODUCTION_PORT", str(port)))
    for broken in home.rglob("*.broken"):
        broken.rename(broken.with_suffix(""))
    return home / "alembic.ini"


@dataclass(frozen=True)
class Case:
    """What a working env.py needs: settings of verify(), a history, lines of alembic.ini."""

    settings: dict[str, Any] = field(default_factory=dict)
    history: str = "versions"
    ini: str = ""
    revisions: int = 3
    heads: tuple[str, ...] = ("0003",)


_FOLDERS = "version_locations = {}\nrecursive_version_locations = true\npath_separator = os".format(
    ":".join(f"%(here)s/versions/{name}" for name in ("customers", "orders", "more"))
)

CASES = {
    "url_from_shop_dsn": Case({"url_env": ("SHOP_DSN",)}),
    "x_argument": Case({"x": ("tenant=acme",)}),
    "inside_an_application": Case(history="histories/current_app", revisions=2, heads=("0002",)),
    "naming_convention": Case(history="histories/naming", revisions=2, heads=("0002",)),
    "several_databases": Case(history="histories/several_databases", revisions=1, heads=("0001",)),
}
WORKING = sorted(path.stem for path in (FOLDER / "working").glob("*.py"))
UNUSUAL = {
    "second_connection": (
        "transaction_per_migration",
        Case(history="histories/second_connection", revisions=2, heads=("0002",)),
    ),
    "revisions_that_read_the_environment": (
        "url_from_ini",
        Case(
            {"env": (("SHOP_SCHEMA", "warehouse"), ("SHOP_KEY", "sku"))},
            history="histories/environment",
            revisions=1,
            heads=("0001",),
        ),
    ),
    "folders_of_versions": (
        "offline_too",
        Case(history="histories/folders", ini=_FOLDERS, revisions=5, heads=("m1",)),
    ),
}


def test_every_case_has_its_env_py() -> None:
    assert len(WORKING) >= 35
    assert CASES.keys() <= set(WORKING)


def _expect_clean(report: Report, case: Case) -> None:
    story = "\n".join(f"{found.code} {found.revision} {found.message}" for found in report.findings)
    assert report.findings == (), story
    assert report.verified == len(report.revisions) == case.revisions
    assert report.heads == case.heads
    assert all(count for result in report.revisions for _, count in result.statements) or "m1" in report.heads


@pytest.mark.parametrize("name", WORKING)
def test_an_env_py_works_unchanged(
    name: str, tmp_path: Path, server_url: str, production: Production, capfd: pytest.CaptureFixture[str]
) -> None:
    case = CASES.get(name, Case())
    ini = project(tmp_path, FOLDER / "working" / f"{name}.py", case.history, production.port, case.ini)

    report = verify(ini, database=server_url, **case.settings)

    _expect_clean(report, case)
    assert capfd.readouterr().out == "", "what env.py prints stays out of our own output"


@pytest.mark.parametrize("name", sorted(UNUSUAL))
def test_an_unusual_history_works_unchanged(
    name: str, tmp_path: Path, server_url: str, production: Production
) -> None:
    env_py, case = UNUSUAL[name]
    ini = project(tmp_path, FOLDER / "working" / f"{env_py}.py", case.history, production.port, case.ini)
    if case.ini:
        ini.write_text(ini.read_text().replace("version_locations = %(here)s/versions\n", "", 1))

    _expect_clean(verify(ini, database=server_url, **case.settings), case)


FAILING = {
    # env.py: words that the message or the hint must contain, all of them
    "raises": ("RuntimeError", "the license file is missing"),
    "lacks_a_variable": ("SHOP_SECRET_KEY", "--env SHOP_SECRET_KEY="),
    "lacks_a_module": ("shop_that_is_not_installed", "install"),
    "exits": ("sys.exit", "no configuration found"),
    "exits_at_once": ("env.py", "ended"),
    "never_runs": ("run_migrations",),
    "hangs": ("hangs", "--step-timeout"),
    "asks": ("input",),
    "offline_only": ("offline",),
    "offline_only_with_literal_binds": ("offline",),
    "syntax_error": ("SyntaxError", "env.py"),
    "mysql": ("mysql",),
    "sqlite": ("sqlite",),
    "swallows_the_refusal": ("sqlite",),
    "own_exception": ("Unspeakable",),
}


def _failure(ini: Path, **settings: Any) -> MigcheckError:
    began = time.monotonic()
    with pytest.raises(MigcheckError) as caught:
        verify(ini, **settings)
    assert time.monotonic() - began < 60
    return caught.value


@pytest.mark.parametrize("name", sorted(FAILING))
def test_an_env_py_that_fails_gets_one_clear_message(
    name: str, tmp_path: Path, server_url: str, production: Production
) -> None:
    source = next((FOLDER / "failing").glob(f"{name}.py*"))
    ini = project(tmp_path, source, "versions", production.port)

    error = _failure(ini, database=server_url, step_timeout=4.0 if name == "hangs" else 60.0)

    said = f"{error.message}\n{error.hint}"
    assert error.exit_code == 3
    assert error.hint, "every error says what to do next"
    for words in FAILING[name]:
        assert words in said
    assert "Traceback" not in error.message
    assert not (ini.parent / "production.db").exists()


def test_the_traceback_is_trimmed_to_the_users_frames(
    tmp_path: Path, server_url: str, production: Production
) -> None:
    ini = project(tmp_path, FOLDER / "failing" / "raises.py", "versions", production.port)

    details = _failure(ini, database=server_url).details or ""

    assert "load_settings" in details
    assert "env.py" in details
    assert "/alembic/" not in details
    assert "/migcheck/" not in details


BROKEN = {
    # history: words of the MC102 finding
    "syntax_error": ("0002.py", "SyntaxError"),
    "missing_parent": ("0002",),
    "missing_dependency": ("9999", "depends_on", "0002.py"),
    "cycle": ("ycle",),
    "duplicate": ("0001",),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_history_is_a_finding(
    name: str, tmp_path: Path, server_url: str, production: Production
) -> None:
    ini = project(tmp_path, FOLDER / "working" / "url_from_ini.py", f"histories/{name}", production.port)

    report = verify(ini, database=server_url)

    assert {found.code for found in report.findings} == {"MC102"}
    assert report.exit_code == 1
    said = "\n".join(f"{found.message} {found.path}" for found in report.findings)
    for words in BROKEN[name]:
        assert words in said
    if name == "syntax_error":
        assert report.findings[0].line == 10


ENDLESS = {
    # history: words of the MC201 finding at 0001
    "asks": ("input",),
    "hangs": ("did not end",),
    "waits_for_itself": ("lock",),
}


@pytest.mark.parametrize("name", sorted(ENDLESS))
def test_a_revision_that_never_ends_is_a_finding(
    name: str, tmp_path: Path, server_url: str, production: Production
) -> None:
    ini = project(tmp_path, FOLDER / "working" / "url_from_ini.py", f"histories/{name}", production.port)

    began = time.monotonic()
    report = verify(ini, database=server_url, step_timeout=5.0 if name == "hangs" else 60.0)

    assert time.monotonic() - began < 55
    (found,) = (each for each in report.findings if each.severity.value != "info")
    assert (found.code, found.revision) == ("MC201", "0001")
    said = f"{found.message} {found.error.message if found.error else ''}"
    for words in ENDLESS[name]:
        assert words in said


def _ini(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "alembic.ini"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "script_location"),
        ("[alembic]\n", "script_location"),
        ("[other]\nscript_location = x\n", "alembic"),
        ("[alembic]\nscript_location = nowhere\n", "nowhere"),
        ("[alembic\nscript_location = x\n", "alembic.ini"),
        ("[alembic]\nscript_location = %(nothing)s\n", "alembic.ini"),
    ],
)
def test_an_alembic_ini_that_names_no_scripts(text: str, words: str, tmp_path: Path, server_url: str) -> None:
    error = _failure(_ini(tmp_path, text), database=server_url)

    assert error.exit_code == 2
    assert words in f"{error.message}\n{error.hint}"
    assert error.hint


def test_no_alembic_ini_at_all(tmp_path: Path, server_url: str) -> None:
    error = _failure(tmp_path / "alembic.ini", database=server_url)

    assert error.exit_code == 2
    assert "alembic.ini" in error.message


def test_an_empty_history(tmp_path: Path, server_url: str, production: Production) -> None:
    ini = project(tmp_path, FOLDER / "working" / "url_from_ini.py", "histories/empty", production.port)

    error = _failure(ini, database=server_url)

    assert error.exit_code == 2
    assert "empty" in error.message
