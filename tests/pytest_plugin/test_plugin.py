"""pytest --migcheck as people use it: real runs of pytest on real projects."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from junitparser import JUnitXml

from migcheck.checks import CHECKS
from migcheck.pytest_plugin.families import OF_HISTORY, OF_REVISION, family

pytestmark = pytest.mark.core

ROOT = Path(__file__).resolve().parents[2]
ENV = """
import os
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("sqlite:///nowhere.db")
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
# What pytest-alembic hands to env.py is to be used, as its documentation says.
_CONNECTION = """
@contextlib.contextmanager
def _connection():
    given = context.config.attributes.get("connection")
    with (given or engine).connect() as connection:
        yield connection
"""
REVISION = '''"""{doc}"""
import sqlalchemy as sa
from alembic import op
revision = "{revision}"
down_revision = {parent!r}

def upgrade():
    {up}

def downgrade():
    {down}
'''


def pytest_in(
    folder: Path, *options: str, alembic: bool = False, **environ: str
) -> subprocess.CompletedProcess[str]:
    """A run of pytest of its own, without what our own suite sets."""
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "MIGCHECK_", "COLUMNS"))
    }
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),
            *(() if alembic else ("-p", "no:pytest_alembic")),
            *options,
        ],
        cwd=folder,
        env={**outside, "NO_COLOR": "1", **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """The counts of pytest's last line."""
    last = done.stdout.strip().splitlines()[-1]
    return {word.rstrip("s"): int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project on SQLite: of its three revisions the second forgets an index, the third loses a table."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    steps = (
        ("a1", "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))", "op.drop_table('t')"),
        ("b2", "op.create_index('ix', 't', ['id'])", "pass"),
        ("c3", "op.add_column('t', sa.Column('x', sa.Integer))", "op.drop_column('t', 'x')"),
    )
    parent = None
    for revision, up, down in steps:
        text = REVISION.format(doc=f"step {revision}", revision=revision, parent=parent, up=up, down=down)
        (tmp_path / "versions" / f"{revision}_step.py").write_text(text)
        parent = revision
    return tmp_path


# -- on PostgreSQL, with xdist


TESTS = """
import pytest
from sqlalchemy import text

def test_a_migration_of_data(migcheck_at):
    database = migcheck_at("0002")
    database.insert("customers", {"email": "a@b"})
    database.upgrade("0003")
    assert [row["name"] for row in database.rows("customers")] == [""]
    database.downgrade()
    assert "name" not in database.rows("customers")[0]

@pytest.mark.parametrize("number", range(4))
def test_they_share_a_server(migcheck_database, number):
    with migcheck_database.engine.connect() as connection:
        print("SERVER", connection.execute(text("SHOW data_directory")).scalar())
    assert migcheck_database.rows("customers") == []

def test_the_report(migcheck_report):
    assert migcheck_report.verified == 5
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The example, with tests of its own, after `pytest --migcheck -n 2`."""
    folder = tmp_path_factory.mktemp("plugin") / "shop"
    shutil.copytree(ROOT / "examples" / "shop", folder)
    (folder / "test_shop.py").write_text(TESTS)
    (folder / "tmp").mkdir()
    return folder, pytest_in(
        folder, "--migcheck", "-n", "2", "-rfP", "--junitxml", "junit.xml", TMPDIR=str(folder / "tmp")
    )


def test_each_revision_and_family_has_a_test(shop: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = shop
    assert done.returncode == 1, done.stdout + done.stderr
    assert outcomes(done) == {"failed": 3, "passed": 6 + 5 * len(OF_REVISION) + len(OF_HISTORY) - 3}
    [suite] = list(JUnitXml.fromfile(str(folder / "junit.xml")))
    failed = {f"{case.classname}.{case.name}" for case in suite if case.is_failure}
    assert failed == {
        "migcheck.0004_order_status.reversible",
        "migcheck.0004_order_status.repeatable",
        "migcheck.0005_prices_are_not_negative.upgrades",
    }


def test_a_failure_shows_the_finding_and_nothing_of_ours(
    shop: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    output = shop[1].stdout
    assert "FAILED migcheck::0004_order_status::reversible" in output
    assert "+ CREATE INDEX ix_orders_placed_at ON public.orders" in output
    assert "op.drop_index(" in output
    assert "Traceback" not in output and "pytest_plugin" not in output


def test_all_workers_share_one_server_and_one_verification_and_leave_nothing(
    shop: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    servers = set(re.findall(r"SERVER (\S+)/data", shop[1].stdout))
    assert len(servers) == 1
    deadline = time.monotonic() + 10
    while any(Path(server).exists() for server in servers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(server).exists() for server in servers)
    assert not list((shop[0] / "tmp").glob("migcheck*"))


# -- what people expect of pytest, on SQLite


def test_it_is_selected_and_stopped_like_any_test(project: Path) -> None:
    chosen = pytest_in(project, "--migcheck", "-k", "b2_step and reversible", "-v")
    assert outcomes(chosen)["failed"] == 1
    assert re.search(r"migcheck::b2_step::reversible FAILED", chosen.stdout)
    assert "index ix" in chosen.stdout
    stopped = pytest_in(project, "-x", "-o", "migcheck=true")
    assert outcomes(stopped)["failed"] == 1 and "stopping after 1 failures" in stopped.stdout
    again = pytest_in(project, "--migcheck", "-p", "cacheprovider")
    last = pytest_in(project, "--migcheck", "-p", "cacheprovider", "--lf")
    assert outcomes(last)["failed"] == outcomes(again)["failed"] > 0
    assert "passed" not in outcomes(last)


def test_it_is_off_unless_asked_for(project: Path) -> None:
    (project / "test_own.py").write_text("def test_own():\n    pass\n")
    assert outcomes(pytest_in(project)) == {"passed": 1}
    assert outcomes(pytest_in(project, "-p", "no:migcheck")) == {"passed": 1}


def test_what_could_not_be_verified_is_an_error_without_traceback(project: Path) -> None:
    (project / "env.py").write_text("raise RuntimeError('no settings')")
    done = pytest_in(project, "--migcheck", "-n", "2")
    assert outcomes(done).keys() == {"error"}
    assert "RuntimeError: no settings" in done.stdout
    assert "migcheck/verify.py" not in done.stdout and "pytest_plugin" not in done.stdout
    (project / "alembic.ini").unlink()
    done = pytest_in(project, "--migcheck")
    assert outcomes(done).keys() == {"error"} and "alembic.ini" in done.stdout


def test_a_history_that_cannot_be_loaded_fails_as_a_whole(project: Path) -> None:
    (project / "versions" / "b2_step.py").write_text("revision = 'b2'\ndown_revision = 'gone'\n")
    done = pytest_in(project, "--migcheck", "-v")
    assert "migcheck::history::history FAILED" in done.stdout and "MC102" in done.stdout


def test_what_was_not_judged_is_skipped_with_its_reason(project: Path) -> None:
    done = pytest_in(project, "--migcheck", "-rs", MIGCHECK_SEED_ROWS="0")
    assert outcomes(done)["skipped"] >= 3
    assert "--seed-rows 0" in done.stdout
    part = pytest_in(project, "--migcheck", "-v", "-rs", MIGCHECK_LAST="1")
    assert re.search(r"migcheck::a1_step::upgrades SKIPPED", part.stdout)
    assert "not in the part of the history that was verified" in part.stdout


# -- pytest-alembic's alembic_config


CONFTEST = """
import pytest

CONFIG = {config}

@pytest.fixture
def alembic_config():
    return {made}

@pytest.fixture(autouse=True)
def _it_stays_as_it_is():
    before = dict(CONFIG)
    yield
    assert CONFIG == before
"""


def configured(project: Path, config: str, made: str = "CONFIG", place: str = "tests") -> str:
    (project / place).mkdir(exist_ok=True)
    (project / place / "conftest.py").write_text(CONFTEST.format(config=config, made=made))
    (project / place / "test_own.py").write_text("def test_own():\n    pass\n")
    done = pytest_in(project, "--migcheck", "-v", "-rs")
    assert "error" not in outcomes(done), done.stdout
    return done.stdout


def test_a_floor_and_revisions_to_skip_are_honoured(project: Path) -> None:
    output = configured(project, "{'minimum_downgrade_revision': 'b2'}")
    assert re.search(r"migcheck::b2_step::reversible SKIPPED", output)
    assert re.search(r"migcheck::a1_step::reversible SKIPPED", output)
    assert re.search(r"migcheck::c3_step::reversible PASSED", output)
    assert "failed" not in output.splitlines()[-1]
    output = configured(project, "{'skip_revisions': ['b2']}")
    assert re.search(r"migcheck::b2_step::upgrades SKIPPED", output)
    assert "skip_revisions names it" in output


def test_rows_of_the_fixture_are_put_in(project: Path) -> None:
    fault = project / "versions" / "c3_step.py"
    fault.write_text(fault.read_text().replace("op.add_column", "op.execute('DELETE FROM t'); op.add_column"))
    output = configured(project, "{'before_revision_data': {'c3': {'__tablename__': 't', 'id': 77}}}")
    assert "77" in output


@pytest.mark.parametrize(
    ("config", "made"),
    [
        ("{'file': 'elsewhere/alembic.ini'}", "CONFIG"),
        ("{'script_location': 'elsewhere'}", "CONFIG"),
        ("{}", "__import__('alembic.config').config.Config('elsewhere/alembic.ini')"),
    ],
)
def test_the_project_is_the_one_that_the_fixture_names(project: Path, config: str, made: str) -> None:
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    for name in ("versions", "env.py", "alembic.ini"):
        shutil.move(project / name, elsewhere / name)
    if "script_location" in config:
        (elsewhere / "alembic.ini").unlink()
    output = configured(project, config, made)
    assert "index ix" in output and "migcheck::history::reversible FAILED" in output
    (project / "pytest.ini").write_text("[pytest]\nmigcheck_url = elsewhere\n")
    if "script_location" not in config:
        assert "migcheck::b2_step::reversible FAILED" in configured(project, config, made)


ENGINE = """
import pytest
from sqlalchemy import create_engine

@pytest.fixture
def alembic_engine():
    return create_engine("sqlite://")
"""


@pytest.mark.skipif(
    pytest.version_tuple >= (9,) or not importlib.util.find_spec("pytest_alembic"),
    reason="pytest-alembic is not installed, or does not run on this pytest (make test-matrix has both)",
)
def test_beside_pytest_alembic(project: Path) -> None:
    env = (project / "env.py").read_text().replace("engine.connect() as", "_connection() as")
    (project / "env.py").write_text(f"import contextlib\nfrom alembic import context\n\n{_CONNECTION}\n{env}")
    (project / "tests").mkdir()
    (project / "tests" / "conftest.py").write_text(ENGINE)
    (project / "tests" / "test_own.py").write_text("def test_own():\n    pass\n")
    ours = outcomes(pytest_in(project, "--migcheck", "-n", "2"))
    both = pytest_in(project, "--migcheck", "--test-alembic", "-n", "2", "-v", alembic=True)
    assert outcomes(both)["failed"] >= ours["failed"] == 2
    assert sum(outcomes(both).values()) == sum(ours.values()) + 4, both.stdout
    assert "pytest-alembic::test_single_head_revision" in both.stdout


# -- families


def test_every_check_belongs_to_a_test() -> None:
    for check in CHECKS:
        assert family(check.code, OF_HISTORY) is not None
        if check.code[:3] not in ("MC0", "MC1", "MC4"):
            assert family(check.code, OF_REVISION) is not None, check.code


def test_the_plugin_costs_nothing_where_it_is_not_used() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import migcheck.pytest_plugin;"
        " print(sorted(m for m in set(sys.modules) - before if m.partition('.')[0] != 'migcheck'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
