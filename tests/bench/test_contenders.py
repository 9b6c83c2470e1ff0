"""The bench measures what it says: who runs on what, and that a contender really ran."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench import contenders, projects
from bench.__main__ import _arguments
from bench.field import Contender, DidNotRun, Field, Project, timed, url
from bench.measure import measure
from bench.plan import planned
from bench.plugins import passed, why
from migcheck.model import ServerAddress
from migcheck.providers.base import Server

SUMMARY = """\
=========================== short test summary info ============================
FAILED test_migrations.py::test_upgrade - sqlalchemy.exc.ProgrammingError: (p...
FAILED ::default_tests.py::test_mrt_up_down_consistency - Failed: Some migrat...
========================= 2 failed, 1 passed in 1.09s ==========================
"""


def project(folder: Path, name: str = "simple", revisions: int = 30, generated: bool = True) -> Project:
    return Project(name, "", revisions, lambda name, url: folder, folder, sys.executable, generated=generated)


def names(chosen: list[Contender]) -> list[str]:
    return [contender.name for contender in chosen]


def test_the_url_of_a_socket_directory() -> None:
    server = ServerAddress("postgresql", "/run/a b", 5433, "me", "p@ss", "postgres", True)
    assert url(server, "d") == "postgresql+psycopg://me:p%40ss@/d?host=%2Frun%2Fa+b&port=5433"


def test_long_histories_have_a_sample_of_commands_and_no_pytest_mrt(tmp_path: Path) -> None:
    short = contenders.contenders(project(tmp_path, revisions=50), longest_mrt=50)
    assert short == list(contenders.CONTENDERS)
    long = contenders.contenders(project(tmp_path, revisions=200), longest_mrt=50)
    assert contenders.PYTEST_MRT not in long and contenders.SAMPLED in long
    whole = contenders.contenders(project(tmp_path, revisions=200), all_commands=True, longest_mrt=200)
    assert whole == list(contenders.CONTENDERS)


def test_published_histories_have_neither(tmp_path: Path) -> None:
    chosen = contenders.contenders(project(tmp_path, "p 1", 5, generated=False), longest_mrt=50)
    assert {contenders.COMMANDS, contenders.PYTEST_MRT} & set(chosen) == set()
    assert contenders.PYTEST_ALEMBIC in chosen


def test_only_some_contenders(tmp_path: Path) -> None:
    chosen = contenders.contenders(project(tmp_path), only=["migcheck", "bare"])
    assert names(chosen) == [
        name for name in names(list(contenders.CONTENDERS)) if "migcheck" in name or "bare" in name
    ]


def test_the_usual_histories_and_all() -> None:
    def asked(*arguments: str) -> list[str]:
        return [plan.name for plan in planned(_arguments(arguments))]

    assert asked("--only", "migcheck") == [
        "simple, 25 revisions",
        "simple, 100 revisions",
        "simple, 200 revisions",
        "rich, 100 revisions",
    ]
    assert asked("--sizes", "9", "--kinds", "rich", "--only", "migcheck") == ["rich, 9 revisions"]
    assert asked("--real", "ckan") == ["ckan"]
    # One more for the curve of pytest-mrt.
    assert "simple, 50 revisions" in asked()
    assert "simple, 50 revisions" not in asked("--mrt", "25")
    assert "simple, 50 revisions" not in asked("--add", "--save", "x.json")
    assert len(asked("--full", "--mrt", "25")) == 2 * 5 + 3


@pytest.mark.parametrize("arguments", [["--kinds", "poor"], ["--real", "nothing"], ["--add"]])
def test_what_there_is_not_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _arguments(arguments)
    assert arguments[-1] in capsys.readouterr().err


def test_rounds_are_interleaved_and_what_is_slow_runs_once(tmp_path: Path, server: Server) -> None:
    order: list[str] = []

    def contender(name: str, seconds: float, once: bool = False) -> Contender:
        def run(field: Field) -> float:
            order.append(name)
            return seconds

        return Contender(name, run, once)

    chosen = [contender("a", 1.0), contender("b", 99.0), contender("c", 1.0, once=True)]
    series = measure(Field(project(tmp_path), server), chosen, 3)
    assert order == ["a", "b", "c", "a", "a"]
    assert [measured.note for measured in series.measured] == ["", "measured once", "measured once"]
    assert series.median("a") == 1.0


def test_who_does_not_get_through_has_no_figure_on_a_published_history(
    tmp_path: Path, server: Server
) -> None:
    def fail(field: Field) -> float:
        raise DidNotRun("ended with 1:\nTraceback\n  File x\nsqlalchemy.exc.DataError: no\n(Background)\n")

    published = Field(project(tmp_path, generated=False), server)
    (measured,) = measure(published, [Contender("a", fail)], 2).measured
    assert (measured.median, measured.reason) == (None, "DataError: no")
    with pytest.raises(DidNotRun):
        measure(Field(project(tmp_path), server), [Contender("a", fail)], 2)


def test_a_process_that_fails_is_not_timed(tmp_path: Path) -> None:
    with pytest.raises(DidNotRun, match="ended with 3"):
        timed(project(tmp_path), "-c", "raise SystemExit(3)")


def test_what_pytest_says() -> None:
    assert passed("=== 4 passed in 1.0s ===") == 4
    assert passed("=== no tests ran ===") == 0
    assert passed(SUMMARY) == 1
    assert why(SUMMARY) == "test_upgrade, test_mrt_up_down_consistency failed"
    assert why("\nlast\n") == "last"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["simple", "rich"])
def test_every_contender_runs(tmp_path: Path, server: Server, kind: str) -> None:
    plugins = {contenders.PYTEST_ALEMBIC: "pytest_alembic", contenders.PYTEST_MRT: "pytest_mrt"}
    field = Field(projects.generated(tmp_path / "p", kind, 12), server)
    # The rows that pytest-mrt makes do not fit the enum types of the rich ones.
    chosen = contenders.contenders(field.project, longest_mrt=12 if kind == "simple" else 0)
    for contender in (*chosen, contenders.SAMPLED):
        if contender not in plugins or find_spec(plugins[contender]):
            assert contender.run(field) > 0, contender.name
